package dev.jacquard.benchmarks.measure;

import java.util.Locale;
import java.util.Optional;

/**
 * How long an engine takes for a task; a process tells it to another as a line of text.
 *
 * @param engine the engine's name, without spaces
 * @param task what it did
 * @param milliseconds of a training step, or of inference of all images, by run
 * @param runs how many were measured
 * @param steady whether the times had settled before; see {@link Stopwatch}
 */
public record Measurement(
    String engine, Task task, Summary milliseconds, int runs, boolean steady) {
  private static final String MARK = "measured";
  private static final int FIELDS = 8;

  /** The line. */
  public String toLine() {
    return String.join(
        " ",
        MARK,
        engine,
        task.name().toLowerCase(Locale.ROOT),
        String.valueOf(milliseconds.median()),
        String.valueOf(milliseconds.min()),
        String.valueOf(milliseconds.max()),
        String.valueOf(runs),
        String.valueOf(steady));
  }

  /**
   * Reads a line.
   *
   * @return empty if it is something else that the process prints
   */
  public static Optional<Measurement> parse(String line) {
    String[] fields = line.split(" ", -1);
    if (fields.length != FIELDS || !fields[0].equals(MARK)) {
      return Optional.empty();
    }
    Summary milliseconds =
        new Summary(
            Double.parseDouble(fields[3]),
            Double.parseDouble(fields[4]),
            Double.parseDouble(fields[5]));
    return Optional.of(
        new Measurement(
            fields[1],
            Task.valueOf(fields[2].toUpperCase(Locale.ROOT)),
            milliseconds,
            Integer.parseInt(fields[6]),
            Boolean.parseBoolean(fields[7])));
  }
}
