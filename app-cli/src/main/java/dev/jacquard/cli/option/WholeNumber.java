package dev.jacquard.cli.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number; picocli's own converters tell users of Java's types. */
final class WholeNumber {
  /** Reads 32 bits. */
  static final ITypeConverter<Integer> INT =
      text -> between(Integer.MIN_VALUE, Integer.MAX_VALUE, text);

  /** Reads 64 bits. */
  static final ITypeConverter<Long> LONG = text -> between(Long.MIN_VALUE, Long.MAX_VALUE, text);

  private WholeNumber() {}

  /** Reads one within 32 bits. */
  static int between(int least, int most, String text) {
    return (int) between((long) least, (long) most, text);
  }

  private static long between(long least, long most, String text) {
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw failure(least, most, text);
    }
    throw failure(least, most, text);
  }

  private static TypeConversionException failure(long least, long most, String text) {
    return new TypeConversionException(
        "expected a whole number from " + least + " to " + most + ", received " + text);
  }
}
