package dev.jacquard.cli.option;

import dev.jacquard.cli.picture.Invert;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads whether pictures are to be inverted. */
public final class InvertName implements ITypeConverter<Invert> {
  @Override
  public Invert convert(String text) {
    for (Invert invert : Invert.values()) {
      if (invert.name().toLowerCase(Locale.ROOT).equals(text)) {
        return invert;
      }
    }
    throw new TypeConversionException("expected auto, yes or no, received " + text);
  }
}
