package dev.jacquard.backend;

/**
 * What a session is to be like.
 *
 * @param seed of initial weights and dropout
 * @param precision of multiplications
 * @param fuse whether ops may be merged into stages; without, they run one by one, for comparison
 * @param profile whether {@link Session#profile} is wanted; a backend to which that costs nothing
 *     has it anyway
 * @param work how much is to be computed; a backend may choose what begins sooner for little. That
 *     changes rounding errors, and no more
 */
public record SessionConfig(
    long seed, Precision precision, boolean fuse, boolean profile, Work work) {
  /** Without a profile, for any amount of work. */
  public SessionConfig(long seed, Precision precision, boolean fuse) {
    this(seed, precision, fuse, false, Work.UNKNOWN);
  }

  /** Fused, in fp32. */
  public static SessionConfig of(long seed) {
    return new SessionConfig(seed, Precision.FP32, true);
  }

  /** The same with every op run by itself. */
  public SessionConfig unfused() {
    return new SessionConfig(seed, precision, false, profile, work);
  }

  /** The same in another precision. */
  public SessionConfig in(Precision other) {
    return new SessionConfig(seed, other, fuse, profile, work);
  }

  /** The same with a profile. */
  public SessionConfig withProfile() {
    return new SessionConfig(seed, precision, fuse, true, work);
  }

  /** The same for so much work. */
  public SessionConfig withWork(Work known) {
    return new SessionConfig(seed, precision, fuse, profile, known);
  }
}
