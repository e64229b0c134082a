package dev.jacquard.benchmarks.measure;

/** What is measured. */
public enum Task {
  /** One training step: forward, loss, backward, update. */
  TRAIN,
  /** Inference of the whole test set. */
  INFER
}
