package dev.jacquard.backend;

/**
 * How much is to be computed in all, as far as that is known beforehand: what is fastest in the
 * long run may be what takes longest to begin.
 *
 * @param flops floating-point operations, a multiply-add counting two
 */
public record Work(double flops) {
  /** Nobody knows, or much. */
  public static final Work UNKNOWN = new Work(Double.POSITIVE_INFINITY);

  /**
   * What a processor computes in plain Java in about the time that it takes to load a driver or to
   * compile vector code: 500 inferences of a small convolutional network.
   */
  private static final double LITTLE = 8e9;

  /**
   * Inferences.
   *
   * @param flops of one
   */
  public static Work inferences(long count, long flops) {
    return new Work((double) count * flops);
  }

  /** Whether it is done sooner by what begins at once. */
  public boolean isLittle() {
    return flops <= LITTLE;
  }
}
