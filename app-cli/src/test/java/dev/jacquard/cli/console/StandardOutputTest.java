package dev.jacquard.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What becomes of results that cannot be written. */
class StandardOutputTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int finish(OutputStream to, int status) {
    StandardOutput output = new StandardOutput(to);
    output.stream().println("result");
    return output.finish(status, new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(message);
      }
    };
  }

  @Test
  void resultsArrive() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertEquals(0, finish(out, 0));
    assertEquals("result" + System.lineSeparator(), out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoFailure() {
    assertEquals(0, finish(failing("Broken pipe"), 0));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aFullDiskIsAFailure() {
    assertEquals(1, finish(failing("No space left on device"), 0));
    assertEquals(130, finish(failing("No space left on device"), 130));
    String line = "jacquard: cannot write the standard output: No space left on device\n";
    assertEquals(line + line, err.toString(StandardCharsets.UTF_8));
  }
}
