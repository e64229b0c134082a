package dev.jacquard.cli.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;

/** Framing, scaling and transparency. */
class PreparationTest {
  private static final Shape INPUT = Shape.of(28, 28, 1);

  private static Prepared prepare(BufferedImage image, Invert invert) {
    return PictureFile.read("a", PictureFiles.file("png", image), INPUT, invert);
  }

  private static int at(Prepared prepared, int x, int y) {
    return prepared.picture().bytes()[y * 28 + x] & 0xFF;
  }

  @Test
  void eachPixelIsTheMeanOfWhatItCovers() {
    IntBinaryOperator noise = (x, y) -> (x * 31 + y * 17 + x * y) % 256;
    Prepared prepared = prepare(PictureFiles.grey(42, 42, noise), Invert.NO);
    // A pixel covers one and a half of the file's; the second one the other halves.
    double[] weights = {0.5, 1};
    double sum = 0;
    for (int y = 1; y < 3; y++) {
      for (int x = 1; x < 3; x++) {
        sum += weights[x - 1] * weights[y - 1] * noise.applyAsInt(x, y);
      }
    }
    assertEquals(Math.round(sum / 2.25), at(prepared, 1, 1));
    assertEquals(
        List.of("PNG of 42 x 42", "scaled to 28 x 28 by area averages", "not inverted, as asked"),
        prepared.done());
  }

  @Test
  void aSmallPictureIsEnlarged() {
    Prepared prepared = prepare(PictureFiles.grey(2, 2, (x, y) -> 50 * x + 100 * y), Invert.NO);
    assertArrayEquals(
        new int[] {0, 50, 100, 150},
        new int[] {
          at(prepared, 13, 13), at(prepared, 14, 13), at(prepared, 13, 14), at(prepared, 14, 14)
        });
  }

  /** A thing that fills its frame is padded to a square with its ground, rather than distorted. */
  @Test
  void proportionsAreKept() {
    BufferedImage tall =
        PictureFiles.grey(56, 112, (x, y) -> x < 4 || x >= 52 || y < 4 || y >= 108 ? 240 : 40);
    Prepared prepared = prepare(tall, Invert.AUTO);
    assertEquals(
        List.of(
            "PNG of 56 x 112",
            "padded with its ground, to keep its proportions",
            "scaled to 28 x 28 by area averages",
            "inverted: dark on light (border 240, inside 148)",
            "levels 15 to 215 made 0 to 255"),
        prepared.done());
    for (int y = 0; y < 28; y++) {
      for (int x = 0; x < 28; x++) {
        boolean item = x >= 8 && x < 20 && y >= 1 && y < 27;
        assertEquals(item ? 255 : 0, at(prepared, x, y), x + ", " + y);
      }
    }
  }

  /** What is small on a plain ground comes to fill the frame, as the data set's items do. */
  @Test
  void aSmallThingIsCropped() {
    BufferedImage small =
        PictureFiles.grey(
            448, 336, (x, y) -> x >= 112 && x < 168 && y >= 84 && y < 196 ? 30 : 250 - x % 2);
    Prepared prepared = prepare(small, Invert.AUTO);
    assertEquals(
        List.of(
            "PNG of 448 x 336",
            "cropped to what is on its plain ground: 13 % of its width, 33 % of its height",
            "padded with its ground, to keep its proportions",
            "scaled to 28 x 28 by area averages"),
        prepared.done().subList(0, 4));
    assertTrue(prepared.inverted());
    assertEquals(255, at(prepared, 7, 0));
    assertEquals(255, at(prepared, 20, 27));
    assertEquals(0, at(prepared, 6, 0), 1);
    assertEquals(0, at(prepared, 21, 27), 1);
  }

  /** A grey ground would be taken for a part of the item. */
  @Test
  void theGroundIsMadeBlackAndTheBrightestWhite() {
    Prepared light =
        prepare(
            PictureFiles.grey(
                56, 56, (x, y) -> x < 2 || x > 53 || y < 2 || y > 53 ? 60 : 2 * x + 80),
            Invert.AUTO);
    assertEquals("levels 60 to 185 made 0 to 255", light.done().get(3));
    assertEquals(0, at(light, 0, 14));
    assertEquals(255, at(light, 26, 14));
    // Columns 28 and 29 are 136 and 138.
    assertEquals(Math.round((137 - 60) * 255 / 125.0), at(light, 14, 14));
    Prepared dark =
        prepare(
            PictureFiles.grey(56, 56, (x, y) -> x < 2 || x > 53 || y < 2 || y > 53 ? 230 : 90),
            Invert.NO);
    assertEquals(230, at(dark, 0, 0), "what is dark on light as asked");
    assertEquals(90, at(dark, 14, 14));
  }

  /** Its data are photos, of which nothing is known. */
  @Test
  void aNetworkOfColoursGetsThePictureAsItIs() {
    BufferedImage wide =
        PictureFiles.image(
            BufferedImage.TYPE_3BYTE_BGR, 112, 56, (x, y) -> x > 50 && x < 62 && y > 20 ? 30 : 200);
    Prepared prepared =
        PictureFile.read("a", PictureFiles.file("png", wide), Shape.of(28, 28, 3), Invert.AUTO);
    assertEquals(
        List.of(
            "PNG of 112 x 56",
            "padded with its ground, to keep its proportions",
            "scaled to 28 x 28 by area averages",
            "not inverted: in colour"),
        prepared.done());
    assertEquals(200, prepared.picture().bytes()[0] & 0xFF);
    assertEquals(30, prepared.picture().bytes()[(14 * 28 + 14) * 3] & 0xFF);
  }

  @Test
  void aBusyGroundIsNotCropped() {
    BufferedImage busy =
        PictureFiles.grey(
            280, 280, (x, y) -> Math.abs(x - 140) + Math.abs(y - 140) < 40 ? 0 : x * 7 % 256);
    assertEquals("scaled to 28 x 28 by area averages", prepare(busy, Invert.NO).done().get(1));
  }

  @Test
  void oneColourIsLeftAlone() {
    Prepared prepared = prepare(PictureFiles.grey(100, 100, (x, y) -> 77), Invert.AUTO);
    assertEquals(77, at(prepared, 14, 14));
    assertEquals("of one tone: there is nothing to recognise", prepared.done().get(1));
    assertEquals(4, prepared.done().size());
    Prepared asked = prepare(PictureFiles.grey(28, 28, (x, y) -> 255), Invert.YES);
    assertEquals(
        List.of(
            "PNG of 28 x 28", "of one tone: there is nothing to recognise", "inverted, as asked"),
        asked.done());
  }

  /** As a photo of a sheet of paper, whose border is never quite as bright as its middle. */
  @Test
  void nearlyOneColourIsNothingToRecogniseEither() {
    Prepared shade = prepare(PictureFiles.grey(56, 56, (x, y) -> 240 + x * y % 9), Invert.AUTO);
    assertEquals("of one tone: there is nothing to recognise", shade.done().get(1));
    Prepared colours =
        PictureFile.read(
            "a",
            PictureFiles.file(
                "png", PictureFiles.image(BufferedImage.TYPE_3BYTE_BGR, 28, 28, (x, y) -> 200)),
            Shape.of(28, 28, 3),
            Invert.AUTO);
    assertEquals("of one tone: there is nothing to recognise", colours.done().get(1));
    Prepared faint =
        prepare(
            PictureFiles.grey(28, 28, (x, y) -> x > 9 && x < 20 && y > 9 && y < 20 ? 20 : 0),
            Invert.AUTO);
    assertEquals("not inverted: light on dark (border 0, inside 3)", faint.done().get(1));
  }

  /** What is drawn so fine is hardly there when it is as small as the network sees it. */
  @Test
  void aThinLineIsSomethingToRecognise() {
    Prepared cross =
        prepare(
            PictureFiles.grey(
                1000, 1000, (x, y) -> (x == 500 || y == 500) && inside(x, y, 400) ? 0 : 255),
            Invert.AUTO);
    assertFalse(cross.done().contains("of one tone: there is nothing to recognise"));
    assertTrue(cross.inverted());
  }

  private static boolean inside(int x, int y, int reach) {
    return Math.max(Math.abs(x - 500), Math.abs(y - 500)) < reach;
  }

  private static BufferedImage transparent(int value, IntBinaryOperator alpha) {
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < 784; i++) {
      int a = alpha.applyAsInt(i % 28, i / 28);
      // What is hidden must not be seen.
      int v = a == 0 ? 255 - value : value;
      image.setRGB(i % 28, i / 28, a << 24 | v << 16 | v << 8 | v);
    }
    return image;
  }

  private static int inside(int x, int y) {
    return Math.max(Math.abs(x - 14), Math.abs(y - 14)) < 8 ? 255 : 0;
  }

  @Test
  void darkThingsAreLaidOnWhiteAndLightOnBlack() {
    Prepared dark = prepare(transparent(30, PreparationTest::inside), Invert.AUTO);
    assertEquals("transparent parts laid on white", dark.done().get(1));
    assertTrue(dark.inverted());
    assertEquals("levels 0 to 225 made 0 to 255", dark.done().get(4));
    assertEquals(255, at(dark, 14, 14));
    assertEquals(0, at(dark, 0, 0));
    Prepared light = prepare(transparent(200, PreparationTest::inside), Invert.AUTO);
    assertEquals("transparent parts laid on black", light.done().get(1));
    assertEquals(255, at(light, 14, 14));
    assertEquals(0, at(light, 0, 0));
  }

  @Test
  void whatIsHalfTransparentIsHalfSeen() {
    Prepared light = prepare(transparent(200, (x, y) -> x == 14 ? 51 : inside(x, y)), Invert.NO);
    // A fifth of what is opaque, which is the brightest.
    assertEquals(51, at(light, 14, 14));
    assertEquals(255, at(light, 15, 14));
  }

  @Test
  void aHoleShowsTheBordersColour() {
    Prepared hole = prepare(transparent(180, (x, y) -> 255 - inside(x, y)), Invert.NO);
    assertEquals("transparent parts laid on the border's colour", hole.done().get(1));
    assertEquals(180, at(hole, 14, 14));
  }

  @Test
  void nothingToSeeIsSaid() {
    BufferedImage nothing = transparent(0, (x, y) -> 0);
    assertEquals(
        "a: every pixel is transparent; give a picture with something to see",
        assertThrows(JacquardException.class, () -> prepare(nothing, Invert.AUTO)).getMessage());
  }

  @Test
  void opaqueAlphaIsNoMatter() {
    Prepared opaque = prepare(transparent(90, (x, y) -> 255), Invert.NO);
    assertEquals(
        List.of(
            "PNG of 28 x 28",
            "made grey by Rec. 601 luma",
            "of one tone: there is nothing to recognise",
            "not inverted, as asked"),
        opaque.done());
  }
}
