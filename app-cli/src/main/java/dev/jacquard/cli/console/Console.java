package dev.jacquard.cli.console;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes.
 *
 * @param out results, for people and scripts
 * @param err progress, notes and failures
 */
public record Console(PrintStream out, PrintStream err) {

  /** One line of results. */
  public void print(String line) {
    out.println(line);
  }

  /** The same, but results are lost: for those in words where a document takes their place. */
  public Console withoutResults() {
    return new Console(
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), err);
  }

  /** One line beside the results; a line that {@code quiet} suppresses. */
  public void note(boolean quiet, String line) {
    if (!quiet) {
      err.println(Printable.text(line));
    }
  }
}
