package dev.jacquard.opencl.binding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What the bytes mean that a function for information fills in. */
final class InfoBytes {
  private InfoBytes() {}

  /** A text, which C ends with a zero. */
  static String text(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    // Drivers give ASCII or UTF-8; what is neither is not worth failing for.
    return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
  }

  /** An unsigned number of 32 bits, or one of 64. */
  static long number(byte[] bytes) {
    ByteBuffer number = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    return bytes.length == Integer.BYTES ? number.getInt() & 0xFFFFFFFFL : number.getLong();
  }
}
