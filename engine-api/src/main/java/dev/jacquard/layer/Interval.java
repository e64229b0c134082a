package dev.jacquard.layer;

/**
 * The numbers that a setting may have. All of them fit fp32, since that is what networks compute
 * in.
 *
 * @param low the lower end
 * @param high the upper end
 * @param withLow whether the lower end belongs to it
 * @param withHigh whether the upper end belongs to it
 */
public record Interval(double low, double high, boolean withLow, boolean withHigh) {

  /** {@code low <= x}. */
  public static Interval atLeast(double low) {
    return new Interval(low, Float.MAX_VALUE, true, true);
  }

  /** {@code low < x}. */
  public static Interval above(double low) {
    return new Interval(low, Float.MAX_VALUE, false, true);
  }

  /** {@code low <= x <= high}. */
  public static Interval closed(double low, double high) {
    return new Interval(low, high, true, true);
  }

  /** {@code low <= x < high}, as of a probability that must not be 1. */
  public static Interval halfOpen(double low, double high) {
    return new Interval(low, high, true, false);
  }

  /** Whether {@code x} belongs to it; NaN never does. */
  public boolean contains(double x) {
    return (withLow ? x >= low : x > low) && (withHigh ? x <= high : x < high);
  }

  /** In words: {@code a number of at least 0 and below 1}. */
  @Override
  public String toString() {
    String from = (withLow ? "a number of at least " : "a number above ") + Received.number(low);
    if (high == Float.MAX_VALUE) {
      return from;
    }
    return from + (withHigh ? " and at most " : " and below ") + Received.number(high);
  }
}
