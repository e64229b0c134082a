package dev.jacquard.cli.console;

import java.io.PrintStream;

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

  /** One line beside the results; a line that {@code quiet} suppresses. */
  public void note(boolean quiet, String line) {
    if (!quiet) {
      err.println(line);
    }
  }
}
