package dev.jacquard.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.data.DataSet;
import dev.jacquard.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SampleImageTest {
  private static final List<String> CLASSES = List.of("a");

  private static BufferedImage image(SampleImage sample) throws IOException {
    String base64 = sample.uri().substring("data:image/png;base64,".length());
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
  }

  private static byte[] counting(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  @Test
  void greySamplesKeepTheirValues() throws IOException {
    DataSet set = DataSet.ofBytes("x", Shape.of(3, 4, 1), counting(24), new int[2], CLASSES);
    BufferedImage image = image(SampleImage.of(set, 1).orElseThrow());
    assertEquals(4, image.getWidth());
    assertEquals(3, image.getHeight());
    assertEquals(12 + 2 * 4 + 3, image.getRaster().getSample(3, 2, 0));
  }

  @Test
  void colouredSamplesKeepTheirValues() throws IOException {
    DataSet set = DataSet.ofBytes("x", Shape.of(2, 3, 3), counting(36), new int[2], CLASSES);
    int first = 18 + (1 * 3 + 2) * 3;
    int expected = 0xFF000000 | first << 16 | (first + 1) << 8 | (first + 2);
    assertEquals(expected, image(SampleImage.of(set, 1).orElseThrow()).getRGB(2, 1));
  }

  @Test
  void floatsAreBetweenBlackAndWhite() throws IOException {
    DataSet set =
        DataSet.ofFloats("x", Shape.of(1, 3, 1), new float[] {-1, 0.4f, 7}, new int[1], CLASSES);
    BufferedImage image = image(SampleImage.of(set, 0).orElseThrow());
    assertEquals(0, image.getRaster().getSample(0, 0, 0));
    assertEquals(102, image.getRaster().getSample(1, 0, 0));
    assertEquals(255, image.getRaster().getSample(2, 0, 0));
  }

  @Test
  void largeSamplesAreThinned() {
    Shape shape = Shape.of(300, 1000, 1);
    DataSet set = DataSet.ofBytes("x", shape, new byte[shape.elements()], new int[1], CLASSES);
    SampleImage image = SampleImage.of(set, 0).orElseThrow();
    assertEquals(125, image.width());
    assertEquals(38, image.height());
  }

  @Test
  void vectorsAndOtherChannelsAreNoPictures() {
    for (Shape shape : List.of(Shape.of(9), Shape.of(3, 3, 2), Shape.of(3, 3, 4))) {
      DataSet set = DataSet.ofBytes("x", shape, new byte[shape.elements()], new int[1], CLASSES);
      assertEquals(Optional.empty(), SampleImage.of(set, 0));
    }
  }
}
