package dev.jacquard.cli.option;

import dev.jacquard.cli.run.Validation;
import dev.jacquard.error.JacquardException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what training is validated on. */
public final class ValidationName implements ITypeConverter<Validation> {
  @Override
  public Validation convert(String text) {
    try {
      return Validation.parse(text);
    } catch (JacquardException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
