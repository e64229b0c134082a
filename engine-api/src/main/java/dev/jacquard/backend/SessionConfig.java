package dev.jacquard.backend;

/**
 * What a session is to be like.
 *
 * @param seed of initial weights and dropout
 * @param precision of multiplications
 * @param fuse whether ops may be merged into stages; without, they run one by one, for comparison
 */
public record SessionConfig(long seed, Precision precision, boolean fuse) {
  /** Fused, in fp32. */
  public static SessionConfig of(long seed) {
    return new SessionConfig(seed, Precision.FP32, true);
  }
}
