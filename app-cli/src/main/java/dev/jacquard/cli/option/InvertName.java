package dev.jacquard.cli.option;

import dev.jacquard.cli.picture.Invert;
import dev.jacquard.error.JacquardException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads whether pictures are to be inverted. */
public final class InvertName implements ITypeConverter<Invert> {
  @Override
  public Invert convert(String text) {
    try {
      return Invert.named(text);
    } catch (JacquardException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
