package dev.jacquard.benchmarks.measure;

/** An engine with the reference network, ready to be measured. */
public interface Contender extends AutoCloseable {
  /** One training step on the next batch of the training images, with its loss read. */
  void train();

  /** Inference of all test images, with their probabilities or logits read. */
  void infer();

  @Override
  void close();
}
