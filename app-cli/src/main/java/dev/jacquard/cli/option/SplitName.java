package dev.jacquard.cli.option;

import dev.jacquard.fmnist.Split;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a part of the data set. */
public final class SplitName implements ITypeConverter<Split> {
  @Override
  public Split convert(String text) {
    for (Split split : Split.values()) {
      if (split.title().equals(text)) {
        return split;
      }
    }
    throw new TypeConversionException("expected train or test, received " + text);
  }
}
