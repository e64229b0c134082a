package dev.jacquard.cli.console;

import java.util.Locale;
import java.util.stream.Collectors;

/** Messages made fit for a terminal, whatever they repeat of a file. */
public final class Printable {
  private static final String INDENT = "  ";

  /** Makes one sign of several. */
  private static final int JOINER = 0x200D;

  private Printable() {}

  /**
   * The message with an escape of four hexadecimal digits for each control character, which a
   * terminal would obey. What stands behind a line break is indented, so that it cannot pass for a
   * message of its own.
   */
  public static String text(String message) {
    String shown =
        message
            .lines()
            .map(Printable::withoutControl)
            .map(line -> line.startsWith(INDENT) ? line : INDENT + line)
            .collect(Collectors.joining(System.lineSeparator()));
    return message.startsWith(INDENT) || shown.isEmpty() ? shown : shown.substring(INDENT.length());
  }

  /** Whether it moves, colours, breaks or turns the line rather than be shown on it. */
  private static boolean isObeyed(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c != '\t';
      case Character.FORMAT -> c != JOINER;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }

  private static String withoutControl(String line) {
    return line.codePoints()
        .mapToObj(
            c -> isObeyed(c) ? String.format(Locale.ROOT, "\\u%04x", c) : Character.toString(c))
        .collect(Collectors.joining());
  }
}
