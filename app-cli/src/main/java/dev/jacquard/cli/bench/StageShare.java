package dev.jacquard.cli.bench;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Roofline;
import dev.jacquard.backend.StageTime;
import dev.jacquard.cli.bench.Rounds.Round;
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
 * @param times of it in a step, round by round, by the device's clock where it has one
 * @param runs of it in a step; 0 if it did not run
 * @param share of the time of all stages, 0 to 1
 */
public record StageShare(Plan.Stage stage, Rounds times, double runs, double share) {
  /**
   * What a session's profile said of some steps.
   *
   * @param steps how many
   * @param times of all of them together
   */
  record Profiled(int steps, List<StageTime> times) {
    /** Copies the list. */
    Profiled {
      times = List.copyOf(times);
    }

    /** Sums by stage; those with one name count together. */
    private Map<String, StageTime> byName() {
      return times.stream()
          .collect(
              Collectors.toMap(
                  StageTime::stage,
                  time -> time,
                  (one, other) ->
                      new StageTime(
                          one.stage(),
                          one.runs() + other.runs(),
                          one.nanoseconds() + other.nanoseconds())));
    }
  }

  /**
   * Divides a step among its stages.
   *
   * @param rounds of some steps each
   * @return empty if there are no times
   */
  static List<StageShare> of(Plan plan, List<Profiled> rounds) {
    List<Map<String, StageTime>> times = rounds.stream().map(Profiled::byName).toList();
    if (times.stream().allMatch(Map::isEmpty)) {
      return List.of();
    }
    List<StageShare> shares = new ArrayList<>();
    double all = 0;
    for (Plan.Stage stage : plan.stages()) {
      List<Round> own = new ArrayList<>();
      long runs = 0;
      int steps = 0;
      for (int i = 0; i < rounds.size(); i++) {
        StageTime none = new StageTime(stage.name(), 0, 0);
        StageTime time = times.get(i).getOrDefault(stage.name(), none);
        own.add(new Round(rounds.get(i).steps(), time.nanoseconds() * 1e-9));
        runs += time.runs();
        steps += rounds.get(i).steps();
      }
      Rounds of = new Rounds(own, steps);
      shares.add(new StageShare(stage, of, (double) runs / steps, 0));
      all += of.median();
    }
    double whole = all;
    return shares.stream().map(each -> each.partOf(whole)).toList();
  }

  private StageShare partOf(double whole) {
    return new StageShare(stage, times, runs, whole > 0 ? seconds() / whole : 0);
  }

  /** Seconds in a step, by the median round. */
  public double seconds() {
    return times.median();
  }

  /**
   * The share of what the device does at most, 0 to 1.
   *
   * @return empty where that is not known, or nothing is known of the stage's work
   */
  public OptionalDouble of(Optional<Roofline> roofline) {
    boolean known = seconds() > 0 && stage.flops() + stage.bytes() > 0;
    return known && roofline.isPresent()
        ? OptionalDouble.of(roofline.get().seconds(stage.flops(), stage.bytes()) / seconds())
        : OptionalDouble.empty();
  }

  /** Operations a second; 0 if it did not run. */
  public double flopsPerSecond() {
    return seconds() > 0 ? stage.flops() / seconds() : 0;
  }

  /** Bytes read and written a second; 0 if it did not run. */
  public double bytesPerSecond() {
    return seconds() > 0 ? stage.bytes() / seconds() : 0;
  }
}
