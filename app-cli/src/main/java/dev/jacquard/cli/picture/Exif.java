package dev.jacquard.cli.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The one thing that matters in a photo's EXIF data: which way up it was taken. EXIF 2.3, section
 * 4.6.4, tag 0x0112. What does not make sense counts as absent.
 */
final class Exif {
  /** The orientation of a picture that is the right way up. */
  static final int UPRIGHT = 1;

  private static final byte[] MARK = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int LITTLE_ENDIAN = 0x4949;
  private static final int BIG_ENDIAN = 0x4D4D;
  private static final int TIFF = 42;
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  private Exif() {}

  /** The orientation, 1 to 8, that a JPEG file's APP1 segment gives; 1 if it gives none. */
  static int orientation(byte[] segment) {
    if (segment.length < MARK.length
        || !Arrays.equals(segment, 0, MARK.length, MARK, 0, MARK.length)) {
      return UPRIGHT;
    }
    ByteBuffer tiff = ByteBuffer.wrap(segment, MARK.length, segment.length - MARK.length).slice();
    if (tiff.limit() < 8) {
      return UPRIGHT;
    }
    int order = tiff.getShort(0);
    if (order != LITTLE_ENDIAN && order != BIG_ENDIAN) {
      return UPRIGHT;
    }
    tiff.order(order == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    return tiff.getShort(2) == TIFF ? orientation(tiff, tiff.getInt(4)) : UPRIGHT;
  }

  /** As the directory at this offset has it. */
  private static int orientation(ByteBuffer tiff, int directory) {
    if (directory < 8 || directory > tiff.limit() - 2) {
      return UPRIGHT;
    }
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      int at = directory + 2 + i * ENTRY_BYTES;
      if (at > tiff.limit() - ENTRY_BYTES) {
        return UPRIGHT;
      }
      if (tiff.getShort(at) == ORIENTATION && tiff.getShort(at + 2) == SHORT) {
        int value = tiff.getShort(at + 8);
        return value >= 1 && value <= 8 ? value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }
}
