package dev.jacquard.cli.option;

import dev.jacquard.backend.Precision;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a precision by its name on the command line. */
final class PrecisionName implements ITypeConverter<Precision> {
  @Override
  public Precision convert(String text) {
    for (Precision precision : Precision.values()) {
      if (precision.label().equals(text)) {
        return precision;
      }
    }
    throw new TypeConversionException("expected fp32, tf32 or tf32x3, received " + text);
  }
}
