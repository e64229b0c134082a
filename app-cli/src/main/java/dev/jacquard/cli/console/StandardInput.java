package dev.jacquard.cli.console;

import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The process's standard input, where an argument names it instead of a file. */
public final class StandardInput {
  private StandardInput() {}

  /** Whether it is what the argument means. */
  public static boolean isMeant(Path argument) {
    return argument.toString().equals("-");
  }

  /**
   * All of it.
   *
   * @param most bytes that it may have
   * @throws JacquardException if it has more, or cannot be read
   */
  public static byte[] read(int most) {
    try {
      // Not closed: it is not ours.
      return read("standard input", System.in, most);
    } catch (IOException e) {
      throw new JacquardException("cannot read the standard input: " + e.getMessage(), e);
    }
  }

  /**
   * All of a stream whose length nobody knows.
   *
   * @param name for the message
   * @param most bytes that it may have
   * @throws JacquardException if it has more
   * @throws IOException if it cannot be read
   */
  public static byte[] read(String name, InputStream in, int most) throws IOException {
    byte[] bytes = in.readNBytes(most);
    if (bytes.length == most && in.read() >= 0) {
      throw new JacquardException(
          name + ": expected at most " + most + " bytes, received more; give a file instead");
    }
    return bytes;
  }
}
