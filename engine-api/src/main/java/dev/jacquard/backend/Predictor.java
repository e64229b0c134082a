package dev.jacquard.backend;

/** A compiled inference plan. Thread-safe: each call has a workspace of its own. */
public interface Predictor extends AutoCloseable {
  /**
   * Classifies resident samples {@code first .. first + count - 1}; any count, in batches of the
   * compiled size.
   *
   * @param probabilities receives {@code [count, classes]}
   * @param losses receives each sample's cross-entropy with its label, from the logits; null if not
   *     wanted
   */
  void predict(ResidentData data, int first, int count, float[] probabilities, float[] losses);

  /** What was compiled. */
  Plan plan();

  /** Frees it. Closing again does nothing. */
  @Override
  void close();
}
