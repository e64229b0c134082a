package dev.jacquard.cli.option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a file or folder. */
public final class PathName implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(
          "expected a path, received "
              + text
              + ": "
              + e.getReason()
              + "; if its letters are not ASCII, use a UTF-8 locale such as LC_ALL=C.UTF-8");
    }
  }
}
