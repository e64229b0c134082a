package dev.jacquard.cli.option;

import dev.jacquard.cli.console.OutputFile;
import picocli.CommandLine.ITypeConverter;

/** Reads the name of a file that is to be written; - stands for the standard output. */
public final class OutputName implements ITypeConverter<OutputFile> {
  @Override
  public OutputFile convert(String text) {
    return new OutputFile(new PathName().convert(text));
  }
}
