package dev.jacquard.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.data.DataSet;
import dev.jacquard.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngTest {
  @TempDir Path folder;

  @BeforeEach
  void fonts() {
    assumeTrue(Png.obstacle().isEmpty(), "this Java has no fonts");
  }

  private BufferedImage image(Drawing drawing) throws IOException {
    Path file = folder.resolve("x.png");
    Png.write(file, drawing);
    return ImageIO.read(file.toFile());
  }

  private static int rgb(String colour) {
    return 0xFF000000 | Integer.parseInt(colour.substring(1), 16);
  }

  @Test
  void isTheDrawingInTwiceTheSizeOnWhite() throws IOException {
    Drawing drawing = new Svg().box(0, 0, 10, 10, Ink.WRONG).drawing(30, 20, "x");
    BufferedImage image = image(drawing);
    assertEquals(2 * (30 + 32), image.getWidth());
    assertEquals(2 * (20 + 32), image.getHeight());
    assertEquals(rgb("#ffffff"), image.getRGB(0, 0));
    assertEquals(rgb("#ffffff"), image.getRGB(image.getWidth() - 1, image.getHeight() - 1));
    assertEquals(rgb(Ink.WRONG.light()), image.getRGB(2 * (16 + 5), 2 * (16 + 5)));
  }

  @Test
  void hasTextAndPictures() throws IOException {
    byte[] bytes = {(byte) 200, 0, 0, (byte) 200};
    DataSet set = DataSet.ofBytes("x", Shape.of(2, 2, 1), bytes, new int[1], List.of("a"));
    Drawing tile = Tile.draw(SampleImage.of(set, 0), "Coat", "Shirt", false, List.of());
    BufferedImage image = image(tile);
    // Squares of pixels, with sharp edges.
    assertEquals(rgb("#c8c8c8"), image.getRGB(2 * (16 + 30), 2 * (16 + 30)));
    assertEquals(rgb("#000000"), image.getRGB(2 * (16 + 110), 2 * (16 + 30)));
    assertEquals(rgb("#c8c8c8"), image.getRGB(2 * (16 + 68), 2 * (16 + 68)));
    int red = 0;
    for (int y = 2 * (16 + 145); y < 2 * (16 + 162); y++) {
      for (int x = 2 * 16; x < 2 * (16 + 60); x++) {
        red += image.getRGB(x, y) == rgb(Ink.WRONG.light()) ? 1 : 0;
      }
    }
    assertTrue(red > 50, "the label's pixels: " + red);
  }

  @Test
  void largeDrawingsAreNoLargerThanMemory() throws IOException {
    Drawing matrix = HeatMap.draw(Names.longOnes(128), new int[128][128]);
    BufferedImage image = image(matrix);
    assertTrue((long) image.getWidth() * image.getHeight() <= 16_100_000);
    assertTrue(image.getWidth() > 3000);
  }

  @Test
  void aMatrixOfManyClassesIsNoTrouble() throws IOException {
    int[][] counts = new int[50][50];
    for (int[] row : counts) {
      Arrays.fill(row, 3);
    }
    assertTrue(image(HeatMap.draw(Names.longOnes(50), counts)).getWidth() > 2000);
  }
}
