package dev.jacquard.cli.picture;

import java.io.IOException;
import javax.imageio.stream.ImageInputStream;

/** The bytes of a file one by one, read from it in larger pieces. */
final class Octets {
  private static final int BUFFER_BYTES = 1 << 14;

  private final ImageInputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int end;

  /** Those from where the stream stands, which is undefined afterwards. */
  Octets(ImageInputStream in) {
    this.in = in;
  }

  /** The next, 0 to 255; -1 at the end of the file. */
  int read() throws IOException {
    return next < end || fill() ? buffer[next++] & 0xFF : -1;
  }

  private boolean fill() throws IOException {
    next = 0;
    end = Math.max(0, in.read(buffer, 0, buffer.length));
    return end > 0;
  }
}
