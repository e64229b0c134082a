package dev.jacquard.cli.run;

import dev.jacquard.train.TrainingResult.Ending;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a training stands, or how it ended. */
public enum LiveState {
  /** It makes steps. */
  TRAINING,
  /** It evaluates what an epoch came to. */
  VALIDATING,
  /** All epochs are done. */
  COMPLETED,
  /** The most steps that were asked for are done. */
  MAX_STEPS,
  /** A listener ended it. */
  STOPPED,
  /** Its user ended it. */
  INTERRUPTED,
  /** An error ended it. */
  FAILED;

  /** The one of an ending. */
  public static LiveState of(Ending ending) {
    return switch (ending) {
      case COMPLETED -> COMPLETED;
      case MAX_STEPS -> MAX_STEPS;
      case STOPPED -> STOPPED;
      case INTERRUPTED -> INTERRUPTED;
    };
  }

  /** The one with this label, if there is one. */
  public static Optional<LiveState> labelled(String label) {
    return Arrays.stream(values()).filter(each -> each.label().equals(label)).findFirst();
  }

  /** As {@code live.json} has it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the training goes on. */
  public boolean isBusy() {
    return this == TRAINING || this == VALIDATING;
  }
}
