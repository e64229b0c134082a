package dev.jacquard.tck;

import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.tck.TckResult.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What came of a run of the suite. Records all the way down, so that it can be written as JSON as
 * it is.
 *
 * @param device what was tested
 * @param results in the order of the cases
 * @param seconds how long it took
 */
public record TckReport(DeviceInfo device, List<TckResult> results, double seconds) {
  private static final List<String> DIRECTIONS = List.of("forward", "backward", "update");

  /** Copies the list. */
  public TckReport {
    results = List.copyOf(results);
  }

  /** Whether nothing failed. */
  public boolean conforms() {
    return count(Status.FAILED) == 0;
  }

  /** How many cases ended so. */
  public long count(Status status) {
    return results.stream().filter(result -> result.status() == status).count();
  }

  /** A line for each case and direction, under a heading; times in milliseconds. */
  public List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(row("op", "case", "direction", "error", "allowed", "tolerance", "ms", "result"));
    for (TckResult result : results) {
      addRows(result, lines);
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: %d passed, %d failed, %d skipped in %.1f s",
            device.id(),
            count(Status.PASSED),
            count(Status.FAILED),
            count(Status.SKIPPED),
            seconds));
    return lines;
  }

  private static void addRows(TckResult result, List<String> lines) {
    String millis = String.format(Locale.ROOT, "%.1f", result.seconds() * 1e3);
    boolean measured = false;
    for (String direction : DIRECTIONS) {
      Measurement worst = result.worst(direction).orElse(null);
      if (worst != null) {
        lines.add(
            row(
                result.group(),
                result.name(),
                direction,
                number(worst.error()),
                number(worst.allowed()),
                worst.tolerance(),
                measured ? "" : millis,
                worst.passed() ? "passed" : "FAILED " + worst.tensor()));
        measured = true;
      }
    }
    if (!measured || result.status() != Status.PASSED) {
      String verdict = result.status() == Status.FAILED ? "FAILED" : lower(result.status());
      lines.add(
          row(
              result.group(),
              result.name(),
              "",
              "",
              "",
              "",
              measured ? "" : millis,
              (verdict + " " + result.detail()).trim()));
    }
  }

  private static String lower(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2e", value);
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-14s %-44s %-9s %10s %10s %-14s %7s  %s", cells)
        .stripTrailing();
  }
}
