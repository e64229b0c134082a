package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Does what a Markdown file tells its reader to do, in a folder of its own: writes the files, runs
 * the commands, and holds what they print against what the file shows. Of the commands, {@code
 * ./jacquard}, {@code javac} and {@code jar} run in this JVM, {@code java} in one of its own.
 */
final class DocumentRun {
  /** As readers write the class path; here it is that of the tests. */
  private static final String JARS = "app-cli/target/dist/lib/*";

  private static final Pattern FILE = Pattern.compile(".+\\.(?:json|png|safetensors)");

  /** What only a training on as few images as here says. */
  private static final Pattern SHORT =
      Pattern.compile("(?m)^After \\d+ steps the moving statistics .*\\R");

  /** Commands that are given the data set, which readers have where it is found. */
  private static final Set<String> TAKE_DATA = Set.of("train", "evaluate", "data");

  private final Path folder;
  private final Path data;
  private String where = "";
  private String output = "";

  /**
   * A run.
   *
   * @param folder where it happens
   * @param data the folder of a data set
   */
  DocumentRun(Path folder, Path data) {
    this.folder = folder;
    this.data = data;
  }

  /** Runs it all; returns how many commands that were. */
  int run(Path markdown) throws IOException, InterruptedException {
    int commands = 0;
    for (DocumentBlock block : DocumentBlock.of(markdown)) {
      where = markdown.getFileName() + ":" + block.line() + ": ";
      switch (block.kind()) {
        case FILE ->
            Tiny.write(folder.resolve(block.name()), block.text().getBytes(StandardCharsets.UTF_8));
        case OUTPUT ->
            assertTrue(
                block.output().matcher(SHORT.matcher(output).replaceAll("")).find(),
                () -> where + "shows\n" + block.text() + "but this came out\n" + output);
        default -> {
          output = "";
          for (List<String> words : block.commands()) {
            run(words, block.kind() == DocumentBlock.Kind.FAILING_COMMANDS);
            commands++;
          }
        }
      }
    }
    return commands;
  }

  private void run(List<String> words, boolean fails) throws IOException, InterruptedException {
    List<String> arguments = words.subList(1, words.size());
    int status =
        switch (words.get(0)) {
          case "./jacquard" -> command(arguments);
          case "java" -> program(arguments);
          case "javac", "jar" -> tool(words.get(0), arguments);
          case "mkdir" -> folders(arguments);
          default -> fail(where + "the test does not know the command " + words);
        };
    output = output.replace("\r", "").replace(folder + "/", "");
    if (fails) {
      assertNotEquals(0, status, () -> where + words + " succeeded\n" + output);
    } else {
      assertEquals(0, status, () -> where + words + " failed\n" + output);
    }
  }

  private int command(List<String> words) throws IOException {
    List<String> arguments = here(words);
    if (TAKE_DATA.contains(words.get(0))) {
      arguments.add("--data");
      arguments.add(data.toString());
    }
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8);
    int status;
    // What the launcher passes on where it is called as in these pages.
    System.setProperty("jacquard.command", "./jacquard");
    try {
      status = Main.run(arguments.toArray(String[]::new), both, both);
    } finally {
      System.clearProperty("jacquard.command");
    }
    output += printed.toString(StandardCharsets.UTF_8);
    return status;
  }

  private int tool(String name, List<String> words) throws IOException {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text);
    int status =
        ToolProvider.findFirst(name)
            .orElseThrow()
            .run(writer, writer, here(words).toArray(String[]::new));
    output += text;
    return status;
  }

  private int program(List<String> words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    words.forEach(word -> command.add(word.replace(JARS, System.getProperty("java.class.path"))));
    command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Path printed = folder.resolve("printed.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile());
    builder.environment().put("FASHION_MNIST_DIR", data.toString());
    int status = builder.start().waitFor();
    output += Files.readString(printed);
    return status;
  }

  private int folders(List<String> words) throws IOException {
    for (String word : words) {
      if (!word.startsWith("-")) {
        Files.createDirectories(folder.resolve(word));
      }
    }
    return 0;
  }

  /** The words with paths made absolute, as this JVM is in another folder, and stars replaced. */
  private List<String> here(List<String> words) throws IOException {
    List<String> here = new ArrayList<>();
    for (String word : words) {
      if (word.equals(JARS)) {
        here.add(System.getProperty("java.class.path"));
      } else if (word.contains("*")) {
        here.addAll(expanded(word));
      } else if (isPath(word)) {
        here.add(folder.resolve(word).toString());
      } else {
        here.add(word);
      }
    }
    return here;
  }

  private static boolean isPath(String word) {
    return !word.startsWith("-") && (word.contains("/") || FILE.matcher(word).matches());
  }

  private List<String> expanded(String word) throws IOException {
    File pattern = folder.resolve(word).toFile();
    try (Stream<Path> files = Files.list(pattern.getParentFile().toPath())) {
      return files
          .filter(file -> matches(file.getFileName().toString(), pattern.getName()))
          .map(Path::toString)
          .sorted()
          .toList();
    }
  }

  private static boolean matches(String name, String pattern) {
    int star = pattern.indexOf('*');
    return name.startsWith(pattern.substring(0, star))
        && name.endsWith(pattern.substring(star + 1));
  }
}
