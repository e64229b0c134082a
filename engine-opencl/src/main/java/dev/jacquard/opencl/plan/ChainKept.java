package dev.jacquard.opencl.plan;

/**
 * What a chain's forward pass keeps for its backward pass; 0 where it keeps nothing.
 *
 * @param statistics mean and inverse deviation of each channel
 * @param codes which element of a window was chosen, whether it was kept, and whether it is
 *     positive
 * @param picked the chosen element's input
 */
record ChainKept(long statistics, long codes, long picked) {
  /** Nothing. */
  static final ChainKept NONE = new ChainKept(0, 0, 0);

  /** Bytes that it takes for a number that the chain makes. */
  int bytes() {
    return (codes == 0 ? 0 : 1) + (picked == 0 ? 0 : Float.BYTES);
  }
}
