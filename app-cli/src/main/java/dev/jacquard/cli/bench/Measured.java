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
  /** Copies the list. */
  public Measured {
    stages = List.copyOf(stages);
  }

  /** Over the whole work. */
  public double imagesPerSecond() {
    return samples / rounds.wholeSeconds();
  }

  /** Seconds of all stages together: what is missing to a step's was spent between them. */
  public double stageSeconds() {
    return stages.stream().mapToDouble(StageShare::seconds).sum();
  }
}
