package dev.jacquard.cli.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number of at least 1. */
public final class PositiveCount implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    try {
      int value = Integer.parseInt(text);
      if (value >= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw failure(text);
    }
    throw failure(text);
  }

  private static TypeConversionException failure(String text) {
    return new TypeConversionException(
        "expected a whole number from 1 to " + Integer.MAX_VALUE + ", received " + text);
  }
}
