package dev.jacquard.cli.option;

import dev.jacquard.graph.Optimizer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number above 0, such as a learning rate or a time in seconds. */
public final class PositiveNumber implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    double value = parse(text);
    if (!Optimizer.RATES.contains(value)) {
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
    return new TypeConversionException("expected " + Optimizer.RATES + ", received " + text);
  }
}
