package dev.jacquard.train;

/** What a listener can ask of the training that it listens to. */
public interface TrainingControl {
  /**
   * Ends training when the listeners have heard of the stretch or epoch in hand. The first request
   * counts.
   *
   * @param reason for people: {@code val_loss has not improved for 3 epochs}
   */
  void stop(String reason);

  /**
   * Says where the last whole checkpoint is, so that the message of a failed training can.
   *
   * @param where for people: a path
   */
  void checkpointed(String where);
}
