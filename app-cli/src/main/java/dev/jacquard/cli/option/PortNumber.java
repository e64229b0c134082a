package dev.jacquard.cli.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the number of a port; 0 stands for any. */
public final class PortNumber implements ITypeConverter<Integer> {
  private static final int LAST = 65535;

  @Override
  public Integer convert(String text) {
    try {
      int value = Integer.parseInt(text);
      if (value >= 0 && value <= LAST) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw failure(text);
    }
    throw failure(text);
  }

  private static TypeConversionException failure(String text) {
    return new TypeConversionException(
        "expected a whole number from 0 to " + LAST + ", received " + text);
  }
}
