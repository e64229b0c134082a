package dev.jacquard.cli.bench;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Roofline;
import dev.jacquard.backend.StageTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A stage's part in a step.
 *
 * @param stage as in the plan
 * @param seconds of it in a step, by the device's clock where it has one
 * @param share of the time of all stages, 0 to 1
 */
public record StageShare(Plan.Stage stage, double seconds, double share) {
  /**
   * Divides a step among its stages.
   *
   * @param times of all steps together
   * @param steps how many there were
   * @return empty if there are no times
   */
  static List<StageShare> of(Plan plan, List<StageTime> times, int steps) {
    if (times.isEmpty()) {
      return List.of();
    }
    Map<String, Long> nanoseconds =
        times.stream()
            .collect(Collectors.toMap(StageTime::stage, StageTime::nanoseconds, Long::sum));
    double all = nanoseconds.values().stream().mapToLong(Long::longValue).sum() * 1e-9 / steps;
    List<StageShare> shares = new ArrayList<>();
    for (Plan.Stage stage : plan.stages()) {
      double seconds = nanoseconds.getOrDefault(stage.name(), 0L) * 1e-9 / steps;
      shares.add(new StageShare(stage, seconds, all > 0 ? seconds / all : 0));
    }
    return shares;
  }

  /**
   * The share of what the device does at most, 0 to 1.
   *
   * @return empty where that is not known, or nothing is known of the stage's work
   */
  public OptionalDouble of(Optional<Roofline> roofline) {
    boolean known = seconds > 0 && stage.flops() + stage.bytes() > 0;
    return known && roofline.isPresent()
        ? OptionalDouble.of(roofline.get().seconds(stage.flops(), stage.bytes()) / seconds)
        : OptionalDouble.empty();
  }

  /** Operations a second; 0 if it did not run. */
  public double flopsPerSecond() {
    return seconds > 0 ? stage.flops() / seconds : 0;
  }

  /** Bytes read and written a second; 0 if it did not run. */
  public double bytesPerSecond() {
    return seconds > 0 ? stage.bytes() / seconds : 0;
  }
}
