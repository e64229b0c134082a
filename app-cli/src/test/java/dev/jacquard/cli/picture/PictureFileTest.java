package dev.jacquard.cli.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.tensor.Shape;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures of every format and kind, and what is made of them. */
class PictureFileTest {
  private static final Shape INPUT = Shape.of(28, 28, 1);
  private static final Shape COLOURS = Shape.of(28, 28, 3);

  /** Light on dark, with every value there is. */
  private static int item(int x, int y) {
    return Math.min(x, y) < 4 || Math.max(x, y) > 23 ? 0 : (x * 28 + y) % 256;
  }

  private static Prepared read(byte[] file) {
    return PictureFile.read("a.png", file, INPUT, Invert.AUTO);
  }

  private static byte[] bytes(IntBinaryOperator sample) {
    byte[] bytes = new byte[784];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) sample.applyAsInt(i % 28, i / 28);
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif"})
  void aGreyPictureOfTheNetworksSizeIsTakenAsItIs(String format) {
    Prepared prepared =
        read(PictureFiles.file(format, PictureFiles.grey(28, 28, PictureFileTest::item)));
    assertArrayEquals(bytes(PictureFileTest::item), prepared.picture().bytes());
    assertEquals(INPUT, prepared.picture().shape());
    assertFalse(prepared.inverted());
    assertEquals(
        List.of(
            format.toUpperCase(Locale.ROOT) + " of 28 x 28",
            "not inverted: light on dark (border 0, inside 74)"),
        prepared.done());
  }

  @ParameterizedTest
  @CsvSource({
    "png, 10", // TYPE_BYTE_GRAY
    "png, 5", // TYPE_3BYTE_BGR
    "png, 6", // TYPE_4BYTE_ABGR
    "png, 1", // TYPE_INT_RGB
    "bmp, 5", "bmp, 1"
  })
  void theSameGreyIsSeenInEveryKind(String format, int type) {
    // An alpha like the other bands would be transparent where it is dark.
    IntBinaryOperator sample =
        type == BufferedImage.TYPE_4BYTE_ABGR ? (x, y) -> 255 : PictureFileTest::item;
    BufferedImage image = PictureFiles.image(type, 28, 28, sample);
    if (type == BufferedImage.TYPE_4BYTE_ABGR) {
      for (int i = 0; i < 784 * 3; i++) {
        image.getRaster().setSample(i / 3 % 28, i / 84, i % 3, item(i / 3 % 28, i / 84));
      }
    }
    assertArrayEquals(
        bytes(PictureFileTest::item), read(PictureFiles.file(format, image)).picture().bytes());
  }

  @Test
  void sixteenBitsAreMadeEight() {
    BufferedImage image =
        PictureFiles.image(BufferedImage.TYPE_USHORT_GRAY, 28, 28, (x, y) -> item(x, y) * 257);
    assertArrayEquals(
        bytes(PictureFileTest::item), read(PictureFiles.file("png", image)).picture().bytes());
  }

  @Test
  void aPaletteIsLookedUp() {
    byte[] colours = new byte[256];
    for (int i = 0; i < 256; i++) {
      colours[i] = (byte) (255 - i);
    }
    IndexColorModel palette = new IndexColorModel(8, 256, colours, colours, colours);
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_INDEXED, palette);
    for (int i = 0; i < 784; i++) {
      image.getRaster().setSample(i % 28, i / 28, 0, 255 - item(i % 28, i / 28));
    }
    assertArrayEquals(
        bytes(PictureFileTest::item), read(PictureFiles.file("png", image)).picture().bytes());
  }

  @Test
  void fewBitsAreSpreadOverTheRange() {
    BufferedImage image =
        PictureFiles.image(BufferedImage.TYPE_BYTE_BINARY, 28, 28, (x, y) -> item(x, y) >> 7);
    assertArrayEquals(
        bytes((x, y) -> item(x, y) > 127 ? 255 : 0),
        read(PictureFiles.file("png", image)).picture().bytes());
  }

  @Test
  void jpegIsNearlyTheSame() {
    byte[] seen =
        read(PictureFiles.file("jpeg", PictureFiles.grey(28, 28, PictureFileTest::item)))
            .picture()
            .bytes();
    for (int i = 0; i < seen.length; i++) {
      assertEquals(item(i % 28, i / 28), seen[i] & 0xFF, 3);
    }
  }

  @Test
  void greyIsTheLumaOfRec601() {
    int[] rgb = {250, 100, 20};
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 784 * 3; i++) {
      image.getRaster().setSample(i / 3 % 28, i / 84, i % 3, rgb[i % 3]);
    }
    byte[] file = PictureFiles.file("png", image);
    Prepared grey = read(file);
    assertArrayEquals(bytes((x, y) -> 136), grey.picture().bytes()); // 74.75 + 58.7 + 2.28
    assertEquals("made grey by Rec. 601 luma", grey.done().get(1));
    Prepared colours = PictureFile.read("a.png", file, COLOURS, Invert.AUTO);
    assertEquals(COLOURS, colours.picture().shape());
    for (int i = 0; i < 784 * 3; i++) {
      assertEquals(rgb[i % 3], colours.picture().bytes()[i] & 0xFF);
    }
  }

  @Test
  void greyForANetworkOfColoursIsThreeTimesTheSame() {
    byte[] file = PictureFiles.file("png", PictureFiles.grey(28, 28, PictureFileTest::item));
    byte[] seen = PictureFile.read("a", file, COLOURS, Invert.AUTO).picture().bytes();
    for (int i = 0; i < seen.length; i++) {
      assertEquals(item(i / 3 % 28, i / 84), seen[i] & 0xFF);
    }
  }

  @Test
  void itsOwnPngFileIsReadBackExactly(@TempDir Path folder) throws IOException {
    byte[] noise = new byte[784];
    new Random(1).nextBytes(noise);
    for (int i = 0; i < 784; i++) {
      noise[i] = i % 28 < 2 ? 0 : noise[i];
    }
    Picture picture = Picture.of(INPUT, noise);
    Path tenfold = folder.resolve("tenfold");
    Path single = folder.resolve("single");
    try (var tens = Files.newOutputStream(tenfold);
        var ones = Files.newOutputStream(single)) {
      picture.writePng(tens, 10);
      picture.writePng(ones, 1);
    }
    for (Path file : List.of(tenfold, single)) {
      Prepared prepared = PictureFile.read(file, INPUT, Invert.NO);
      assertArrayEquals(noise, prepared.picture().bytes());
    }
  }

  @Test
  void coloursAreWrittenAndReadBack() throws IOException {
    byte[] noise = new byte[784 * 3];
    new Random(2).nextBytes(noise);
    var out = new ByteArrayOutputStream();
    Picture.of(COLOURS, noise).writePng(out, 1);
    assertArrayEquals(
        noise, PictureFile.read("a", out.toByteArray(), COLOURS, Invert.NO).picture().bytes());
  }

  @Test
  void invertIsAsAskedOrFoundOut() {
    byte[] dark = PictureFiles.file("png", PictureFiles.grey(28, 28, PictureFileTest::item));
    byte[] light = PictureFiles.file("png", PictureFiles.grey(28, 28, (x, y) -> 255 - item(x, y)));
    Prepared found = read(light);
    assertTrue(found.inverted());
    assertArrayEquals(bytes(PictureFileTest::item), found.picture().bytes());
    assertEquals(
        "inverted: dark on light (border 255, inside 181)",
        found.done().get(found.done().size() - 1));
    Prepared forced = PictureFile.read("a", dark, INPUT, Invert.YES);
    assertTrue(forced.inverted());
    assertArrayEquals(bytes((x, y) -> 255 - item(x, y)), forced.picture().bytes());
    assertEquals("inverted, as asked", forced.done().get(1));
    Prepared left = PictureFile.read("a", light, INPUT, Invert.NO);
    assertFalse(left.inverted());
    assertEquals("not inverted, as asked", left.done().get(1));
  }

  /** Millions of pixels: few are kept, and what is seen is the same. */
  @Test
  void aHugePictureIsReadInSteps() {
    IntBinaryOperator pattern =
        (x, y) -> Math.min(x, y) < 1 || Math.max(x, y) > 26 ? 0 : (x * y + x / 3) % 2;
    BufferedImage image =
        PictureFiles.image(
            BufferedImage.TYPE_BYTE_BINARY,
            5600,
            5600,
            (x, y) -> pattern.applyAsInt(x / 200, y / 200));
    Prepared prepared = read(PictureFiles.file("png", image));
    assertEquals("one pixel read of every 4 x 4", prepared.done().get(1));
    assertArrayEquals(bytes((x, y) -> 255 * pattern.applyAsInt(x, y)), prepared.picture().bytes());
  }
}
