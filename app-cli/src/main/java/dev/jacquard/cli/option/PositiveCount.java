package dev.jacquard.cli.option;

import picocli.CommandLine.ITypeConverter;

/** Reads a whole number of at least 1. */
public final class PositiveCount implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    return WholeNumber.between(1, Integer.MAX_VALUE, text);
  }
}
