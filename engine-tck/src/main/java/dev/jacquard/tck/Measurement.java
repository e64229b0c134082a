package dev.jacquard.tck;

import java.util.Locale;

/**
 * One comparison with the oracle.
 *
 * @param direction {@code forward}, {@code backward} or {@code update}
 * @param tensor what was compared
 * @param error the greatest error of an element, as a number; NaN if one side is NaN and the other
 *     is not
 * @param allowed what the tolerance allows here
 * @param tolerance its label
 */
public record Measurement(
    String direction, String tensor, double error, double allowed, String tolerance) {

  /** Compares element by element; {@code magnitude} is what the tolerance refers to. */
  static Measurement of(
      String direction,
      String tensor,
      float[] received,
      double[] expected,
      double magnitude,
      Tolerance tolerance) {
    double worst = received.length == expected.length ? 0 : Double.NaN;
    for (int e = 0; e < Math.min(received.length, expected.length); e++) {
      // Narrowed, because what is written out is fp32; this also makes equal infinities equal.
      float wanted = (float) expected[e];
      if (Float.compare(received[e] + 0f, wanted + 0f) != 0) {
        worst = worse(worst, Math.abs(received[e] - expected[e]));
      }
    }
    return new Measurement(
        direction, tensor, worst, tolerance.allowed(magnitude), tolerance.label());
  }

  private static double worse(double worst, double error) {
    return Double.isNaN(error) || error > worst ? error : worst;
  }

  /** Whether the error is within what is allowed. */
  public boolean passed() {
    return error <= allowed;
  }

  /** How much of the allowed error was used; above 1 is too much. */
  public double share() {
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error / allowed;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s %s: error %.3g, allowed %.3g (%s)",
        direction,
        tensor,
        error,
        allowed,
        tolerance);
  }
}
