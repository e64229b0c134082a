package dev.jacquard.cli.bench;

import dev.jacquard.backend.Plan;
import java.util.List;

/**
 * A plan's speed.
 *
 * @param batch samples of a step, or those classified at once
 * @param samples of the whole work: an epoch's, or the test images
 * @param plan what was measured
 * @param rounds by the wall clock, of steps or of batches that are classified
 * @param profiled full batches whose stages were timed, after the rounds
 * @param stages of a full batch, the mean of those; empty if the backend takes no times
 */
public record Measured(
    int batch, int samples, Plan plan, Rounds rounds, int profiled, List<StageShare> stages) {
  /** Copies the list. */
  public Measured {
    stages = List.copyOf(stages);
  }

  /** Over the whole work. */
  public double imagesPerSecond() {
    return samples / rounds.wholeSeconds();
  }
}
