package dev.jacquard.error;

/**
 * How messages show a text that comes from a file: on one line, short whatever the file holds, and
 * without anything that a terminal would obey or that turns the direction of reading. Such
 * characters are escaped as in JSON.
 */
public final class Excerpt {
  private static final int MOST_SHOWN = 60;

  private Excerpt() {}

  /** The text, or 60 characters of it and three dots. */
  public static String of(String text) {
    return of(text, MOST_SHOWN);
  }

  /** The text, or {@code most} characters of it and three dots. */
  public static String of(String text, int most) {
    return escaped(text, most, "");
  }

  /** The same as {@link #of(String)} in quotes, those inside escaped. */
  public static String quoted(String text) {
    return '"' + escaped(text, MOST_SHOWN, "\"\\") + '"';
  }

  private static String escaped(String text, int most, String marks) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String piece = String.valueOf(c);
      if (marks.indexOf(c) >= 0) {
        piece = "\\" + c;
      } else if (isCommand(c)) {
        piece = String.format("\\u%04x", (int) c);
      }
      if (shown.length() + piece.length() > most) {
        return shown.append("...").toString();
      }
      shown.append(piece);
    }
    return shown.toString();
  }

  /** Whether it is more, or less, than a sign on the line. */
  private static boolean isCommand(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
