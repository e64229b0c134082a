package dev.jacquard.cli.bench;

import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Plan;
import java.util.List;

/**
 * A plan's speed.
 *
 * @param batch samples of a step, or those classified at once
 * @param samples of the whole work: an epoch's, or the test images
 * @param plan what was measured
 * @param memory of the session on its device, with the data
 * @param rounds by the wall clock, of steps or of batches that are classified
 * @param profiled full batches whose stages were timed, after the rounds
 * @param stages of a full batch; empty if the backend takes no times
 */
public record Measured(
    int batch,
    int samples,
    Plan plan,
    MemoryUse memory,
    Rounds rounds,
    int profiled,
    List<StageShare> stages) {
  /** Images of a round that takes a JVM at least so far as to compile what it runs. */
  private static final int SETTLED = 1024;

  /** Copies the list. */
  public Measured {
    stages = List.copyOf(stages);
  }

  /** Over the whole work. */
  public double imagesPerSecond() {
    return samples / rounds.wholeSeconds();
  }

  /** Whether a round is so short a part of the work that it may have been a slow beginning. */
  boolean brief() {
    return isBrief(rounds.extrapolated(), rounds.units(), batch);
  }

  /** The same of what is known of it from a file. */
  static boolean isBrief(boolean extrapolated, double units, double batch) {
    return extrapolated && units * batch < SETTLED;
  }

  /** Seconds of all stages together: what is missing to a step's was spent between them. */
  public double stageSeconds() {
    return stages.stream().mapToDouble(StageShare::seconds).sum();
  }
}
