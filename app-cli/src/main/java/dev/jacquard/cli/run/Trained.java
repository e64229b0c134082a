package dev.jacquard.cli.run;

import java.nio.file.Path;

/**
 * How far the training in a run folder has come.
 *
 * @param file with its newest parameters
 * @param isCheckpoint whether that is the checkpoint, and not the model
 * @param isTested whether {@code metrics.json} tells of these parameters; not where a training went
 *     on since, and did not end
 * @param steps how many steps are done; 0 if that is not known
 * @param plannedSteps of the whole training; 0 if that is not known
 */
public record Trained(
    Path file, boolean isCheckpoint, boolean isTested, long steps, long plannedSteps) {

  /** Whether more steps were planned than are done. */
  public boolean isUnfinished() {
    return steps > 0 && steps < plannedSteps;
  }

  /** For people, of a training that is not finished. */
  public String unfinished() {
    return "From the "
        + (isCheckpoint ? "checkpoint" : "model")
        + " after step "
        + steps
        + " of "
        + plannedSteps
        + ": training is not finished.";
  }
}
