package dev.jacquard.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the documents of a command go. */
class OutputFileTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console = new Console(stream(out), stream(err));

  private static PrintStream stream(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private void write(Path path) {
    OutputFile file = new OutputFile(path);
    file.requireWritable();
    file.results(console).print("a table");
    file.results(console).note(false, "a note");
    file.write(console, "a,ü\n");
  }

  @Test
  void aFileIsWrittenBesideTheResults() throws IOException {
    Path file = folder.resolve("a.csv");
    write(file);
    assertEquals("a,ü\n", Files.readString(file));
    assertEquals("a table\n", out.toString(StandardCharsets.UTF_8));
    assertEquals("a note\n", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aDashIsTheStandardOutputWhichThenHasNothingElse() {
    write(Path.of("-"));
    assertFalse(Files.exists(Path.of("-")));
    assertEquals("a,ü\n", out.toString(StandardCharsets.UTF_8));
    assertEquals("a note\n", err.toString(StandardCharsets.UTF_8));
  }
}
