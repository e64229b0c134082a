package dev.jacquard.benchmarks.measure;

/** An engine with the reference network, ready to be measured. */
public interface Contender extends AutoCloseable {
  /**
   * Trains {@link Settings#steps} steps on the next batches of the training images, and reads the
   * last one's loss.
   */
  void train();

  /** Inference of all test images, with their probabilities or logits read. */
  void infer();

  @Override
  void close();
}
