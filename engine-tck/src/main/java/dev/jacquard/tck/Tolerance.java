package dev.jacquard.tck;

import dev.jacquard.backend.Precision;
import java.util.Locale;

/**
 * How far a tensor may be from the oracle's. The error of an element is held against {@code
 * relative} times the magnitude of the tensor, which is its greatest element.
 *
 * @param label what reports show
 * @param relative allowed error relative to the magnitude; 0 demands equality
 * @param rounded what is allowed, if that is more, where operands are rounded to TF32
 */
public record Tolerance(String label, double relative, double rounded) {
  /** Half the distance from 1 to the next fp32 number. */
  private static final double UNIT = 0x1p-24;

  /**
   * Roundings of operands, of 2^-11 each. However many products a sum has, their errors grow as it
   * does itself; but each layer, forward and backward, adds its own.
   */
  private static final double OPERANDS = 16 * 0x1p-11;

  /** What an exponential that underflows may leave of an exact zero. */
  private static final double NOTHING = 1e-30;

  /** Equal; what is below 1e-30 counts as zero. */
  public static Tolerance exact() {
    return new Tolerance("exact", 0, 0);
  }

  /** A handful of roundings in fp32: {@code 8 * 2^-24}. */
  public static Tolerance strict() {
    return new Tolerance("8u", 8 * UNIT, OPERANDS);
  }

  /** Sums of {@code k} products in fp32, in any order: {@code 8 * 2^-24 * sqrt(k)}. */
  public static Tolerance reduction(int k) {
    return new Tolerance("8u*sqrt(" + k + ")", 8 * UNIT * Math.sqrt(k), OPERANDS);
  }

  /** Another one, named by its size. */
  public static Tolerance relative(double relative) {
    return torn(relative, OPERANDS);
  }

  /**
   * The same of what roundings tear, since they carry elements over kinks: TF32's do so more often.
   *
   * @param rounded what is allowed there
   */
  public static Tolerance torn(double relative, double rounded) {
    return new Tolerance(String.format(Locale.ROOT, "%.0e", relative), relative, rounded);
  }

  /**
   * What is left to a device whose errors may be {@code growth} times those of plain fp32, as of
   * {@link dev.jacquard.backend.Device#errorGrowth}. It owes no equality, unless {@code growth} is
   * 1, but a handful of roundings.
   */
  public Tolerance grown(double growth) {
    if (growth == 1) {
      return this;
    }
    Tolerance plain = relative < 8 * UNIT ? strict() : this;
    String grown = String.format(Locale.ROOT, "%s*%.1f", plain.label, growth);
    return new Tolerance(grown, plain.relative * growth, plain.rounded);
  }

  /**
   * What is left to a device that multiplies in {@code precision}. Integers of up to 11 bits are
   * not rounded, so what is exact stays so.
   */
  public Tolerance in(Precision precision) {
    return switch (precision) {
      case FP32 -> this;
      case TF32 -> relative < rounded ? relative(rounded) : this;
      case TF32X3 -> relative == 0 ? this : new Tolerance("2*" + label, 2 * relative, rounded);
    };
  }

  /** The error allowed in a tensor whose greatest element is {@code magnitude}. */
  public double allowed(double magnitude) {
    return Math.max(relative * magnitude, NOTHING);
  }
}
