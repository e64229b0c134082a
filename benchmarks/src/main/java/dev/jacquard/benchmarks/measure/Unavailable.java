package dev.jacquard.benchmarks.measure;

import java.util.Optional;

/**
 * Why an engine cannot be measured on this machine; a process says it as a line of text, in place
 * of its measurements, and ends without failure.
 *
 * @param reason with what can be done about it, in one line
 */
public record Unavailable(String reason) {
  private static final String MARK = "unavailable ";

  /** The line. */
  public String toLine() {
    return MARK + reason.replaceAll("\\s+", " ");
  }

  /**
   * Reads a line.
   *
   * @return empty if it is something else that the process prints
   */
  public static Optional<Unavailable> parse(String line) {
    return line.startsWith(MARK)
        ? Optional.of(new Unavailable(line.substring(MARK.length())))
        : Optional.empty();
  }
}
