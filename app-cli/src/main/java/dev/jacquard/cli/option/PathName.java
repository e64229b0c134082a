package dev.jacquard.cli.option;

import dev.jacquard.cli.console.PathText;
import dev.jacquard.error.JacquardException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a file or folder. */
public final class PathName implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    try {
      return PathText.parse(text);
    } catch (JacquardException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
