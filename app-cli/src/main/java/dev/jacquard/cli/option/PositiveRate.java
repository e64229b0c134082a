package dev.jacquard.cli.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a finite number above 0. */
public final class PositiveRate implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    double value = parse(text);
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw failure(text);
    }
    return value;
  }

  private static double parse(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw failure(text);
    }
  }

  private static TypeConversionException failure(String text) {
    return new TypeConversionException("expected a number above 0, received " + text);
  }
}
