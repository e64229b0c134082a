package dev.jacquard.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fenced block of a Markdown file that means something to a test. Where the line before names a
 * file and nothing else, as in {@code `acme/Swish.java`:}, it is that file. Otherwise {@code sh}
 * behind the fence means commands, {@code sh fails} such that must not succeed, and {@code text}
 * what they print. Other blocks are for readers only.
 *
 * @param line of the fence, from 1
 * @param kind what it is
 * @param name of a file; empty for the others
 * @param text within the fences
 */
record DocumentBlock(int line, Kind kind, String name, String text) {
  private static final Pattern NAME = Pattern.compile("`([^` ]+)`:");

  /** What a block is. */
  enum Kind {
    FILE,
    COMMANDS,
    FAILING_COMMANDS,
    OUTPUT
  }

  /** The blocks of a Markdown file in their order. */
  static List<DocumentBlock> of(Path markdown) {
    List<String> lines;
    try {
      lines = Files.readAllLines(markdown);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<DocumentBlock> blocks = new ArrayList<>();
    String before = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("```")) {
        int end = i + 1;
        while (!lines.get(end).equals("```")) {
          end++;
        }
        String text = String.join("\n", lines.subList(i + 1, end)) + "\n";
        add(blocks, i + 1, line.substring(3), before, text);
        i = end;
        before = "";
      } else if (!line.isBlank()) {
        before = line;
      }
    }
    return blocks;
  }

  private static void add(
      List<DocumentBlock> blocks, int line, String info, String before, String text) {
    Matcher name = NAME.matcher(before);
    if (name.matches()) {
      blocks.add(new DocumentBlock(line, Kind.FILE, name.group(1), text));
      return;
    }
    switch (info) {
      case "sh" -> blocks.add(new DocumentBlock(line, Kind.COMMANDS, "", text));
      case "sh fails" -> blocks.add(new DocumentBlock(line, Kind.FAILING_COMMANDS, "", text));
      case "text" -> blocks.add(new DocumentBlock(line, Kind.OUTPUT, "", text));
      default -> {}
    }
  }

  /**
   * The commands, one a list of words as a shell would pass them: without quotes, comments and
   * continued lines. Nothing else of a shell is known here.
   */
  List<List<String>> commands() {
    List<List<String>> commands = new ArrayList<>();
    for (String line : text.replace("\\\n", " ").lines().toList()) {
      List<String> words = new ArrayList<>();
      Matcher word = Pattern.compile("'([^']*)'|(#.*)|(\\S+)").matcher(line);
      while (word.find()) {
        if (word.group(2) == null) {
          words.add(word.group(1) != null ? word.group(1) : word.group(3));
        }
      }
      if (!words.isEmpty()) {
        commands.add(words);
      }
    }
    return commands;
  }

  /**
   * What output must contain. Three dots stand for anything within a line, and alone on a line for
   * any lines. A number with a decimal point stands for any such: what a training reaches, and how
   * fast, is another on each machine and data set.
   */
  Pattern output() {
    StringBuilder pattern = new StringBuilder("(?m)^");
    for (String line : text.lines().toList()) {
      if (line.strip().equals("...")) {
        pattern.append("(?:.*\n)*?");
      } else {
        pattern.append(line(line.stripTrailing())).append(" *\n");
      }
    }
    return Pattern.compile(pattern.toString());
  }

  private static String line(String line) {
    StringBuilder pattern = new StringBuilder();
    Matcher open = Pattern.compile("\\.\\.\\.|\\d+\\.\\d+").matcher(line);
    int from = 0;
    while (open.find()) {
      pattern.append(Pattern.quote(line.substring(from, open.start())));
      pattern.append(open.group().equals("...") ? ".*" : "\\d+\\.\\d+");
      from = open.end();
    }
    return pattern.append(Pattern.quote(line.substring(from))).toString();
  }
}
