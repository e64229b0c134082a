package dev.jacquard.cli.option;

import picocli.CommandLine.ITypeConverter;

/** Reads the number of a port; 0 stands for any. */
public final class PortNumber implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    return WholeNumber.between(0, 65_535, text);
  }
}
