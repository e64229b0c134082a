package dev.jacquard.cpu.plan;

/** Mean and biased variance of each channel of a value over a batch. */
interface BatchMoments {
  /** Computes those of a step's batch. */
  void merge(Step step);

  /** The mean of physical channel {@code c}. */
  double mean(int c);

  /** Its biased variance. */
  double variance(int c);
}
