package dev.jacquard.cli.console;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The process's standard output. A {@link PrintStream} swallows failures; this one remembers the
 * first, so that results lost on a full disk are a failure, and a reader that has seen enough
 * ({@code | head}) is not.
 */
public final class StandardOutput {
  private final Remembering remembering;
  private final PrintStream stream;

  StandardOutput(OutputStream to) {
    remembering = new Remembering(to);
    stream = new PrintStream(new BufferedOutputStream(remembering), true, StandardCharsets.UTF_8);
  }

  /** Of this process. */
  public static StandardOutput ofProcess() {
    return new StandardOutput(new FileOutputStream(FileDescriptor.out));
  }

  /** To write to. */
  public PrintStream stream() {
    return stream;
  }

  /**
   * Writes what is left, and says if something could not be written.
   *
   * @return {@code status}, or 1 if it was 0 and results were lost
   */
  public int finish(int status, PrintStream err) {
    stream.flush();
    String failure = remembering.failure;
    if (failure == null || failure.toLowerCase(Locale.ROOT).contains("broken pipe")) {
      return status;
    }
    err.println("jacquard: cannot write the standard output: " + failure);
    return status == 0 ? 1 : status;
  }

  /** Remembers why it could not write. */
  private static final class Remembering extends FilterOutputStream {
    private String failure;

    Remembering(OutputStream to) {
      super(to);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        out.write(bytes, from, count);
      } catch (IOException e) {
        if (failure == null) {
          failure = String.valueOf(e.getMessage());
        }
        throw e;
      }
    }
  }
}
