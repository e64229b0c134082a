package dev.jacquard.cli.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no picture, not one, too large or damaged are refused in one line. */
class HostilePictureTest {
  private static final Shape INPUT = Shape.of(28, 28, 1);
  private static final BufferedImage IMAGE =
      PictureFiles.grey(40, 40, (x, y) -> (x * 7 + y * 13) % 256);

  private static final BufferedImage PALETTE =
      new BufferedImage(40, 40, BufferedImage.TYPE_BYTE_INDEXED);

  private static String refused(byte[] file) {
    return assertThrows(
            JacquardException.class, () -> PictureFile.read("a.png", file, INPUT, Invert.AUTO))
        .getMessage();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The bytes of UTF-8, each as a letter of Latin 1. */
  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  static Stream<Arguments> strangers() {
    return Stream.of(
        Arguments.of("", "an empty file"),
        Arguments.of("hello world", "text that begins with \"hello world\"; give a picture file"),
        Arguments.of(
            "BM is no bitmap, whatever it says", "text that begins with \"BM is no bitmap, w\""),
        Arguments.of("\n\na\tb\r\nc", "text that begins with \"a\tb\"; give a picture file"),
        Arguments.of("\n \n", "text; give a picture file"),
        Arguments.of(utf8("\uFEFFG\u00E4nse"), "text that begins with \"G\u00E4nse\"; give"),
        // The 18th byte is the first of a letter's two.
        Arguments.of(
            utf8("12345678901234567\u00E4"), "text that begins with \"12345678901234567\";"),
        Arguments.of("cut \u00C3", "a file that begins with 63 75 74 20 c3; convert"),
        Arguments.of("a\0b and more of it, as UTF-16 has", "a file that begins with 61 00 62 20"),
        Arguments.of("MATLAB 5.0\0\1\2\3\4\5\6\7", "a file that begins with \"MATLAB 5\"; convert"),
        Arguments.of("%PDF-1.4\n1 0 obj\n<< ", "a PDF document; convert it"),
        Arguments.of("<svg width='9'></svg>", "an SVG drawing; convert it"),
        Arguments.of("\0\0\b\3\0\0\0\1\0\0", "a file that begins with 00 00 08 03 00 00 00 01"),
        Arguments.of("\0\0\b\1\0\0\0\1\7", "labels in an IDX file; give the file of the images"),
        Arguments.of("\37\213\b\0\0\0\0", "a gzip file without IDX images in it; give a picture"),
        Arguments.of("RIFF\1\2\3\4WEBPVP8 ", "a WebP picture"),
        Arguments.of("II*\0\b\0\0\0", "a TIFF picture"),
        Arguments.of("\0\0\0\30ftypheic\0\0\0\0", "a HEIC picture"),
        Arguments.of("\0\0\0\30ftypavif\0\0\0\0", "an AVIF picture"),
        Arguments.of("\0\0\0\30ftypisom\0\0\0\0", "a video"));
  }

  @ParameterizedTest
  @MethodSource("strangers")
  void whatIsNoPictureIsSaid(String content, String received) {
    String message = refused(text(content));
    String begin = "a.png: expected a picture (PNG, JPEG, GIF or BMP), received " + received;
    assertTrue(message.startsWith(begin), message);
  }

  @Test
  void theNameDoesNotCount() {
    byte[] gif = PictureFiles.file("gif", IMAGE);
    Prepared prepared = PictureFile.read("a.jpg", gif, INPUT, Invert.AUTO);
    assertEquals("GIF of 40 x 40", prepared.done().get(0));
  }

  @Test
  void anAbsurdSizeIsRefusedBeforeMemoryIsTaken() {
    assertEquals(
        "a.png: expected at most 65,535 pixels a side and 268,435,456 in all, received"
            + " 60000 x 60000; scale it down first",
        refused(PictureFiles.png(60_000, 60_000)));
    assertTrue(refused(PictureFiles.png(1_000_000, 1)).contains("received 1000000 x 1;"));
    byte[] gif = PictureFiles.file("gif", IMAGE);
    int descriptor = 13 + 3 * 256;
    while (gif[descriptor] != ',') {
      descriptor++;
    }
    Arrays.fill(gif, descriptor + 5, descriptor + 9, (byte) 0xFF);
    assertTrue(refused(gif).contains("received 65535 x 65535;"), refused(gif));
    byte[] bmp = PictureFiles.file("bmp", IMAGE);
    ByteBuffer.wrap(bmp).putInt(18, 0x60EA0000).putInt(22, 0x60EA0000);
    assertTrue(refused(bmp).contains("received 60000 x 60000;"), refused(bmp));
  }

  /** What has pixels by its header but not in its data must not be computed at length either. */
  @Test
  void aLargeSizeWithoutDataIsDamage() {
    String message = refused(PictureFiles.png(16_000, 16_000));
    assertTrue(message.startsWith("a.png: the PNG data is damaged or cut off"), message);
  }

  @Test
  void aProgressiveJpegHasLessRoom() {
    byte[] jpeg = PictureFiles.file("jpeg", IMAGE);
    int frame = indexOf(jpeg, 0xC0);
    jpeg[frame + 1] = (byte) 0xC2;
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 12_000).putShort(frame + 7, (short) 12_000);
    assertEquals(
        "a.png: expected at most 65,535 pixels a side and 67,108,864 in all, received"
            + " 12000 x 12000; scale it down first",
        refused(jpeg));
  }

  /** They are neither damaged nor cut off. */
  @ParameterizedTest
  @CsvSource({
    "0xC1, 12, one of 12 bits a colour",
    "0xC3, 8, a lossless one",
    "0xC9, 8, an arithmetic-coded one",
    "0xC5, 8, a hierarchical one"
  })
  void aJpegOfARareKindIsSaidToBeOne(String marker, byte bits, String received) {
    byte[] jpeg = PictureFiles.file("jpeg", IMAGE);
    int frame = indexOf(jpeg, 0xC0);
    jpeg[frame + 1] = Integer.decode(marker).byteValue();
    jpeg[frame + 4] = bits;
    assertEquals(
        "a.png: expected a JPEG of 8 bits a colour, baseline or progressive, received "
            + received
            + "; save it anew as PNG",
        refused(jpeg));
  }

  /** A decoder holds the whole of a JPEG whose first scan has not all of its components. */
  @Test
  void aJpegOfAScanForEachComponentHasLessRoom() {
    byte[] jpeg = PictureFiles.file("jpeg", new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB));
    int frame = indexOf(jpeg, 0xC0);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 12_000).putShort(frame + 7, (short) 12_000);
    byte[] head = Arrays.copyOf(jpeg, indexOf(jpeg, 0xDA));
    String most = "65,535 pixels a side and 67,108,864 in all, received 12000 x 12000;";
    byte[] one = join(head, "FFDA0008010100003F00 FFD9");
    assertTrue(refused(one).contains(most), refused(one));
    // Another frame behind the scan takes nothing back.
    head[frame + 1] = (byte) 0xC2;
    byte[] two = join(head, "FFDA000C03010002110311003F00 FFC0000B080010001001011100 FFD9");
    assertTrue(refused(two).contains(most), refused(two));
  }

  private static byte[] join(byte[] head, String hex) {
    byte[] tail = HexFormat.of().parseHex(hex.replace(" ", ""));
    return ByteBuffer.allocate(head.length + tail.length).put(head).put(tail).array();
  }

  /** The decoder would copy all that it has for each 255 bytes more. */
  @Test
  void aGifWithALongCommentIsRefused() {
    byte[] gif = PictureFiles.file("gif", IMAGE);
    int pieces = 5_000;
    int behindColours = 13 + (3 << ((gif[10] & 7) + 1));
    ByteBuffer file = ByteBuffer.allocate(gif.length + 3 + pieces * 256);
    file.put(gif, 0, behindColours).put((byte) 0x21).put((byte) 0xFE);
    for (int i = 0; i < pieces; i++) {
      file.put((byte) 255).position(file.position() + 255);
    }
    file.put((byte) 0).put(gif, behindColours, gif.length - behindColours);
    assertEquals(
        "a.png: expected a GIF with at most 1,048,576 bytes of extensions, received one with"
            + " 1,275,000; save it anew as PNG",
        refused(file.array()));
  }

  /** The chunk's bytes are a hole in the file; no array is as long. */
  @Test
  void moreMemoryThanThereIsIsSaid(@TempDir Path folder) throws IOException {
    byte[] png = PictureFiles.file("png", PALETTE);
    int behindHeader = 33;
    Path path = folder.resolve("a.png");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(png, 0, behindHeader);
      file.writeInt(Integer.MAX_VALUE);
      file.write(text("juNk"));
      file.seek(file.getFilePointer() + Integer.MAX_VALUE + Integer.BYTES);
      file.write(png, behindHeader, png.length - behindHeader);
    }
    JacquardException e =
        assertThrows(JacquardException.class, () -> PictureFile.read(path, INPUT, Invert.AUTO));
    assertEquals(
        path
            + ": the picture takes more memory than the JVM may take; scale it down, or give it"
            + " more with -Xmx",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "-1, 32"})
  void aBmpOfOddComponentsIsRefused(int red, int bits) {
    ByteBuffer bmp = ByteBuffer.allocate(66 + 16 * 16 * 4).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put(text("BM")).putInt(bmp.capacity()).putInt(0).putInt(66);
    bmp.putInt(40).putInt(16).putInt(16).putShort((short) 1).putShort((short) 32).putInt(3);
    bmp.position(54).putInt(red).putInt(0xFF00).putInt(0xFF);
    assertEquals(
        "a.png: expected a picture of 1 to 16 bits a component, received one of "
            + bits
            + "; save it anew as PNG",
        refused(bmp.array()));
  }

  @Test
  void scansWithoutEndAreRefused() {
    byte[] jpeg = PictureFiles.file("jpeg", IMAGE);
    int scan = indexOf(jpeg, 0xDA);
    ByteBuffer many = ByteBuffer.allocate(jpeg.length + 200 * 10);
    many.put(jpeg, 0, scan);
    for (int i = 0; i < 200; i++) {
      many.put(jpeg, scan, 10);
    }
    many.put(jpeg, scan, jpeg.length - scan);
    assertEquals(
        "a.png: expected a JPEG of at most 100 scans, received one of 201; save it anew",
        refused(many.array()));
  }

  private static int indexOf(byte[] jpeg, int marker) {
    int at = 2;
    while ((jpeg[at + 1] & 0xFF) != marker) {
      at += 2 + (ByteBuffer.wrap(jpeg).getShort(at + 2) & 0xFFFF);
    }
    return at;
  }

  @Test
  void inksAreRefused() {
    Raster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    byte[] cmyk =
        PictureFiles.written(
            "jpeg", (writer, out) -> writer.write(null, new IIOImage(inks, null, null), null));
    assertEquals(
        "a.png: expected a JPEG in grey or RGB, received one in CMYK, made for printing; save it"
            + " in RGB",
        refused(cmyk));
  }

  @Test
  void animationsAreRefused() {
    String message =
        "a.png: expected a single picture, received an animation of several; save the one that is"
            + " meant as a file of its own";
    assertEquals(message, refused(PictureFiles.animation(List.of(IMAGE, IMAGE))));
    byte[] png = PictureFiles.file("png", IMAGE);
    byte[] two = {0, 0, 0, 2, 0, 0, 0, 0};
    assertEquals(message, refused(PictureFiles.withChunk(png, "acTL", two)));
    byte[] one = {0, 0, 0, 1, 0, 0, 0, 0};
    assertEquals(
        "PNG of 40 x 40",
        PictureFile.read("a", PictureFiles.withChunk(png, "acTL", one), INPUT, Invert.AUTO)
            .done()
            .get(0));
    byte[] single = PictureFiles.animation(List.of(IMAGE));
    assertEquals("GIF of 40 x 40", PictureFile.read("a", single, INPUT, Invert.AUTO).done().get(0));
  }

  /** Its size would not be that of the BMP header. */
  @Test
  void aPictureWithinABmpIsRefused() {
    byte[] bmp = PictureFiles.file("bmp", IMAGE);
    bmp[30] = 5;
    assertEquals(
        "a.png: expected a BMP of pixels, received one that wraps a PNG; save it as that",
        refused(bmp));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp"})
  void whatIsCutOffIsRefused(String format) {
    byte[] whole = PictureFiles.file(format, IMAGE);
    for (int share = 1; share < 8; share++) {
      String message = refused(Arrays.copyOf(whole, whole.length * share / 8));
      String begin = "a.png: the " + format.toUpperCase(Locale.ROOT) + " data is ";
      assertTrue(message.startsWith(begin), message);
      assertEquals(1, message.lines().count(), message);
    }
  }

  /** Whatever a file holds: a picture, or one line that says why not. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp"})
  void damageIsNeverMoreThanALine(String format) {
    byte[] whole = PictureFiles.file(format, IMAGE);
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      byte[] damaged = whole.clone();
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        // The header is hit as often as all of the rest.
        int reach = random.nextBoolean() ? Math.min(100, damaged.length) : damaged.length;
        damaged[random.nextInt(reach)] = (byte) random.nextInt();
      }
      try {
        PictureFile.read("a", damaged, INPUT, Invert.AUTO);
      } catch (JacquardException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
  }

  @Test
  void filesThatCannotBeReadAreNamed(@TempDir Path folder) {
    Path missing = folder.resolve("missing.png");
    assertEquals(
        "cannot read " + missing + ": no such file; check the path",
        assertThrows(JacquardException.class, () -> PictureFile.read(missing, INPUT, Invert.AUTO))
            .getMessage());
    assertEquals(
        "cannot read " + folder + ": it is a folder; give a picture file",
        assertThrows(JacquardException.class, () -> PictureFile.read(folder, INPUT, Invert.AUTO))
            .getMessage());
  }

  @Test
  void aNetworkThatTakesNoPicturesIsSaid() {
    for (Shape shape : List.of(Shape.of(7), Shape.of(28, 28, 2), Shape.of(28, 28))) {
      assertEquals(
          "the network takes samples of shape "
              + shape
              + "; a picture can be given to one that takes [height, width, 1], grey, or [height,"
              + " width, 3], red, green and blue",
          assertThrows(
                  JacquardException.class,
                  () -> PictureFile.read("a", new byte[9], shape, Invert.AUTO))
              .getMessage());
    }
  }
}
