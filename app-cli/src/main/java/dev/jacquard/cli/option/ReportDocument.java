package dev.jacquard.cli.option;

import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.OutputFile;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code --json FILE}: what a command found out, as a document beside its tables or for them. */
public final class ReportDocument {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Write the report as JSON, too; - is the standard output, which then holds nothing else.")
  OutputFile file;

  /** Whether it was asked for. */
  public boolean isWanted() {
    return file != null;
  }

  /**
   * Refuses a file that cannot be written, before the work.
   *
   * @throws dev.jacquard.error.JacquardException if it cannot
   */
  public void requireWritable() {
    if (file != null) {
      file.requireWritable();
    }
  }

  /** Where the command tells people its results. */
  public Console results(Console console) {
    return file == null ? console : file.results(console);
  }

  /** Writes the document, if it was asked for. */
  public void write(Console console, JsonNode document) {
    if (file != null) {
      file.write(console, Json.text(document) + "\n");
    }
  }
}
