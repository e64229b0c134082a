package dev.jacquard.graph;

import dev.jacquard.error.JacquardException;

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

  /**
   * Checks a setting.
   *
   * @param setting what the message calls it
   * @throws JacquardException if {@code value} does not belong to the interval
   */
  public void require(String setting, double value) {
    if (!contains(value)) {
      throw new JacquardException(setting + ": expected " + this + ", received " + value);
    }
  }

  /** In words: {@code a number of at least 0 and below 1}. */
  @Override
  public String toString() {
    String from = (withLow ? "a number of at least " : "a number above ") + number(low);
    if (high == Float.MAX_VALUE) {
      return from;
    }
    return from + (withHigh ? " and at most " : " and below ") + number(high);
  }

  /** {@code 0} rather than {@code 0.0}, {@code 1e-12} rather than {@code 1.0E-12}. */
  private static String number(double value) {
    String text = Double.toString(value).replace(".0E", "e");
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
