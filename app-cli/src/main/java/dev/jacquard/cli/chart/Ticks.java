package dev.jacquard.cli.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The marks of an axis: multiples of 1, 2 or 5 times a power of ten.
 *
 * @param step from one to the next
 * @param values in ascending order
 */
record Ticks(double step, List<Double> values) {
  private static final double LARGE = 1e6;

  /** As many as a double tells apart. */
  private static final int MOST_DIGITS = 15;

  /** Marks between two ends, about as many as wanted, and a step of at least {@code least}. */
  static Ticks between(double low, double high, int wanted, double least) {
    double raw = Math.max((high - low) / Math.max(1, wanted), Double.MIN_NORMAL);
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = power;
    for (double multiple : new double[] {1, 2, 5, 10}) {
      step = multiple * power;
      if (step >= raw * (1 - 1e-9)) {
        break;
      }
    }
    step = Math.max(step, least);
    List<Double> values = new ArrayList<>();
    long last = (long) Math.floor(high / step + 1e-9);
    for (long i = (long) Math.ceil(low / step - 1e-9); i <= last; i++) {
      values.add(i * step);
    }
    return new Ticks(step, values);
  }

  /** How a mark is labelled: with as many digits as tell one from the next. */
  String label(double value) {
    if (Math.abs(value) >= LARGE) {
      int digits = Math.max(1, Math.min(MOST_DIGITS, magnitude(value) - magnitude(step)));
      return String.format(Locale.ROOT, "%." + digits + "e", value);
    }
    int digits = (int) Math.min(8, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static int magnitude(double value) {
    return (int) Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  }
}
