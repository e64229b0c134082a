package dev.jacquard.cli.console;

import dev.jacquard.checkpoint.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A file that an option names, written whole or not at all; {@value #STANDARD_OUTPUT} is the
 * standard output, as pipes expect it, which then holds this document and nothing else.
 *
 * @param path as the user gave it
 */
public record OutputFile(Path path) {
  /** What means the standard output. */
  private static final String STANDARD_OUTPUT = "-";

  /** Whether it is the standard output. */
  public boolean isStandardOutput() {
    return path.toString().equals(STANDARD_OUTPUT);
  }

  /**
   * Refuses what {@link #write} would refuse, before the work whose result could not be kept.
   *
   * @throws dev.jacquard.error.JacquardException if the file cannot be written
   */
  public void requireWritable() {
    if (!isStandardOutput()) {
      AtomicFile.requireWritable(path);
    }
  }

  /**
   * Where a command tells people its results: nowhere if this document takes the standard output.
   */
  public Console results(Console console) {
    return isStandardOutput() ? console.withoutResults() : console;
  }

  /**
   * Writes the document.
   *
   * @throws dev.jacquard.error.JacquardException if the file cannot be written
   */
  public void write(Console console, String text) {
    write(console, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The same for what is no text. */
  public void write(Console console, AtomicFile.Writer writer) {
    if (!isStandardOutput()) {
      AtomicFile.write(path, writer);
      return;
    }
    try {
      writer.write(console.out());
    } catch (IOException e) {
      throw new UncheckedIOException("a PrintStream keeps its failures", e);
    }
    console.out().flush();
  }
}
