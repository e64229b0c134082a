package dev.jacquard.train;

import java.util.Optional;

/**
 * How training ended.
 *
 * @param ending why
 * @param reason the same for people
 * @param progress where it stands
 * @param evaluation the last of the validation set in this run, if there was one
 */
public record TrainingResult(
    Ending ending, String reason, Progress progress, Optional<Evaluation> evaluation) {

  /** Why training ended. */
  public enum Ending {
    /** All epochs are done. */
    COMPLETED,
    /** {@link Recipe#maxSteps} steps are done. */
    MAX_STEPS,
    /** A listener asked for it. */
    STOPPED,
    /** {@link TrainingLoop#requestStop} was called. */
    INTERRUPTED
  }

  /** One line: without the history, which {@link #progress} has. */
  @Override
  public String toString() {
    String end = ending + " after step " + progress.step() + ": " + reason;
    return end + evaluation.map(last -> "; validation " + last).orElse("");
  }
}
