package dev.jacquard.benchmarks.measure;

import java.util.Arrays;

/**
 * What is reported of several figures.
 *
 * @param median the middle one, or the mean of the middle two
 * @param min the smallest
 * @param max the largest
 */
public record Summary(double median, double min, double max) {

  /** Of at least one figure; throws {@link IllegalArgumentException} for none. */
  public static Summary of(double... figures) {
    if (figures.length == 0) {
      throw new IllegalArgumentException("expected at least one figure, received none");
    }
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Summary(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** Each figure over {@code divisor}. */
  public Summary over(double divisor) {
    return new Summary(median / divisor, min / divisor, max / divisor);
  }
}
