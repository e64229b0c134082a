package dev.jacquard.cli.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.tensor.Shape;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Photos are turned as their EXIF data says, which may also be garbage. */
class OrientationTest {
  private static final int WIDTH = 32;
  private static final int HEIGHT = 16;
  private static final Shape INPUT = Shape.of(HEIGHT, WIDTH, 1);

  /** Quarters of different grey, each of whole JPEG blocks. */
  private static int upright(int x, int y) {
    return 40 + (x < WIDTH / 2 ? 0 : 60) + (y < HEIGHT / 2 ? 0 : 120);
  }

  /** How the standard has it: which sides of the picture the stored first row and column are. */
  @ParameterizedTest
  @CsvSource({
    "1, top, left",
    "2, top, right",
    "3, bottom, right",
    "4, bottom, left",
    "5, left, top",
    "6, right, top",
    "7, right, bottom",
    "8, left, bottom"
  })
  void allEight(int orientation, String firstRow, String firstColumn) {
    boolean lying = orientation >= 5;
    BufferedImage stored =
        PictureFiles.grey(
            lying ? HEIGHT : WIDTH,
            lying ? WIDTH : HEIGHT,
            (column, row) -> {
              int[] place = new int[2];
              put(place, firstRow, row);
              put(place, firstColumn, column);
              return upright(place[0], place[1]);
            });
    byte[] jpeg = PictureFiles.file("jpeg", stored);
    for (boolean littleEndian : new boolean[] {true, false}) {
      Prepared prepared =
          PictureFile.read(
              "a", PictureFiles.exif(jpeg, orientation, littleEndian), INPUT, Invert.NO);
      assertUpright(prepared);
      assertEquals(
          orientation != 1,
          prepared.done().contains("turned upright, as EXIF orientation " + orientation + " says"));
    }
  }

  private static void put(int[] place, String side, int distance) {
    switch (side) {
      case "left" -> place[0] = distance;
      case "right" -> place[0] = WIDTH - 1 - distance;
      case "top" -> place[1] = distance;
      default -> place[1] = HEIGHT - 1 - distance;
    }
  }

  private static void assertUpright(Prepared prepared) {
    byte[] seen = prepared.picture().bytes();
    for (int i = 0; i < seen.length; i++) {
      assertEquals(upright(i % WIDTH, i / WIDTH), seen[i] & 0xFF, 1, "pixel " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Exif",
        "Exif\0\0",
        "Exif\0\0II*\0",
        "Exif\0\0XX*\0\b\0\0\0\1\0",
        "Exif\0\0II+\0\b\0\0\0\1\0\22\1\3\0\1\0\0\0\6\0\0\0",
        "Exif\0\0II*\0\377\377\377\377\1\0\22\1\3\0\1\0\0\0\6\0\0\0",
        "Exif\0\0II*\0\377\377\377\177\1\0\22\1\3\0\1\0\0\0\6\0\0\0",
        "Exif\0\0II*\0\b\0\0\0\377\377\22\1\3\0",
        "Exif\0\0II*\0\b\0\0\0\1\0\22\1\3\0\1\0\0\0\11\0\0\0",
        "Exif\0\0II*\0\b\0\0\0\1\0\22\1\2\0\1\0\0\0\6\0\0\0",
        "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"
      })
  void garbageIsPassedOver(String segment) {
    byte[] jpeg =
        PictureFiles.file("jpeg", PictureFiles.grey(WIDTH, HEIGHT, OrientationTest::upright));
    assertUpright(
        PictureFile.read("a", PictureFiles.withSegment(jpeg, 0xE1, segment), INPUT, Invert.NO));
  }

  /** As photos have them: XMP in a segment of the same kind before EXIF's. */
  @Test
  void exifNeedNotComeFirst() {
    byte[] jpeg =
        PictureFiles.file(
            "jpeg",
            PictureFiles.grey(WIDTH, HEIGHT, (x, y) -> upright(WIDTH - 1 - x, HEIGHT - 1 - y)));
    byte[] turned =
        PictureFiles.withSegment(PictureFiles.exif(jpeg, 3, true), 0xE1, "something else");
    assertUpright(PictureFile.read("a", turned, INPUT, Invert.NO));
  }
}
