package dev.jacquard.train;

import dev.jacquard.backend.Session;
import java.util.Optional;

/**
 * Hears what happens in training, always on the training thread; of several, each event goes to all
 * in their order. The events come as {@code onStart (onStretch* onEpochEnd onCheckpoint)*
 * onStretch* onCheckpoint? (onEnd | onFailure)}. An exception from a listener ends the training as
 * a failure.
 */
public interface TrainingListener {
  /** Training is about to start, or to go on. */
  default void onStart(TrainingInfo info, TrainingControl control) {}

  /** Some steps are done. The event is valid during the call only. */
  default void onStretch(StretchEvent event) {}

  /**
   * An epoch and its validation are done.
   *
   * @param evaluation of the validation set, if there is one
   */
  default void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {}

  /**
   * The session's tensors and {@code progress} belong together, and training can go on from them.
   * Comes after each epoch and when training stops within one.
   */
  default void onCheckpoint(Progress progress, Session session) {}

  /** Training ended without a failure; the session holds what it made, and may still be changed. */
  default void onEnd(TrainingResult result, Session session) {}

  /** Training failed; {@code failure} is thrown to its caller afterwards. */
  default void onFailure(Throwable failure) {}
}
