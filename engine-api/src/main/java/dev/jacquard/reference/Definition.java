package dev.jacquard.reference;

/**
 * What one op computes at one node in one pass. An instance serves one pass and may keep what its
 * forward found out for its backward.
 */
interface Definition {
  /** Computes {@link Place#output()}. */
  void forward(Place at);

  /** Adds to the gradients of inputs and parameters, given {@link Place#outputGradient()}. */
  void backward(Place at);

  /** Updates what training changes besides the gradients' way: moving statistics. */
  default void settle(Place at) {}
}
