package dev.jacquard.tck;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What came of a case.
 *
 * @param group of the case
 * @param name of the case
 * @param status verdict
 * @param measurements its comparisons with the oracle, in order
 * @param seconds how long it took
 * @param detail why it failed or was skipped, else empty
 */
public record TckResult(
    String group,
    String name,
    Status status,
    List<Measurement> measurements,
    double seconds,
    String detail) {
  /** Verdicts. */
  public enum Status {
    /** Everything held. */
    PASSED,
    /** Something did not hold. */
    FAILED,
    /** It does not apply here. */
    SKIPPED
  }

  /** Copies the list. */
  public TckResult {
    measurements = List.copyOf(measurements);
  }

  /** The comparison that used the most of its tolerance. */
  public Optional<Measurement> worst() {
    return measurements.stream().max(Comparator.comparingDouble(Measurement::share));
  }

  /** The same of one direction. */
  public Optional<Measurement> worst(String direction) {
    return measurements.stream()
        .filter(measurement -> measurement.direction().equals(direction))
        .max(Comparator.comparingDouble(Measurement::share));
  }
}
