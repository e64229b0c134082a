package dev.jacquard.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What came of a command line that ran within this JVM.
 *
 * @param status its exit status
 * @param out its standard output
 * @param err its standard error
 */
record Outcome(int status, String out, String err) {

  static Outcome of(Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] texts = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    int status = Main.run(texts, stream(out), stream(err));
    return new Outcome(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** With further arguments. */
  static Outcome with(Object[] first, Object... more) {
    return of(Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray());
  }

  private static PrintStream stream(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  /** The standard error without the note of the device, which is the machine's. */
  String errWithoutDevice() {
    return err.replaceFirst("^Device: .*\n", "");
  }

  /** Of a success. */
  JsonNode json() {
    if (status != 0) {
      throw new AssertionError("exit status " + status + ": " + err);
    }
    return JsonMapper.shared().readTree(out);
  }
}
