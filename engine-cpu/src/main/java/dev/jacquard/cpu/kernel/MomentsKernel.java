package dev.jacquard.cpu.kernel;

/**
 * Mean and sum of squared deviations of each channel, over the pixels of some images.
 *
 * <p>In one pass over differences {@code d} from a shift that is the mean of some of the pixels:
 * {@code sum((x - mean)^2) = sum(d^2) - sum(d)^2 / n}. What cancels is at most {@code n / m} times
 * the result, where {@code m} of the {@code n} pixels made the shift (a row): the square of its
 * distance from the mean is at most {@code n / m - 1} times the variance. Where that overflows, the
 * result is NaN.
 */
public interface MomentsKernel {
  /**
   * Computes {@code out[at + c]} and {@code out[at + second + c]}.
   *
   * @param x the first pixel's first channel at {@code base}
   * @param images how many, {@code imageStride} floats apart
   * @param channels how many to treat, a multiple of the spec's vectors
   * @param out receives both rows, the second {@code second} floats behind the first
   */
  void run(
      float[] x,
      int base,
      int images,
      int imageStride,
      int channels,
      float[] out,
      int at,
      int second);
}
