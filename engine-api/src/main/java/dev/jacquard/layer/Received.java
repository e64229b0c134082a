package dev.jacquard.layer;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How messages show what was expected and received: on one line, and short whatever a file holds.
 */
final class Received {
  private static final int LONGEST = 60;

  private Received() {}

  /** A JSON value as in its file; an object as such. */
  static String describe(Object value) {
    if (value instanceof String text) {
      return quote(text);
    }
    if (value instanceof List<?> list) {
      String items =
          list.stream().limit(LONGEST).map(Received::describe).collect(Collectors.joining(", "));
      return shorten("[" + items + "]");
    }
    return value instanceof Map ? "an object" : String.valueOf(value);
  }

  /** A range of whole numbers in words. */
  static String wholeNumber(int minimum, int maximum) {
    return maximum == Integer.MAX_VALUE
        ? "a whole number of at least " + minimum
        : "a whole number from " + minimum + " to " + maximum;
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .limit(LONGEST + 1L)
        .forEach(
            c -> {
              if (c < 0x20
                  || c == '"'
                  || c == '\\'
                  || Character.isISOControl(c)
                  || Character.isSurrogate((char) c)) {
                quoted.append(String.format("\\u%04x", c));
              } else {
                quoted.append((char) c);
              }
            });
    return shorten(quoted.append('"').toString());
  }

  private static String shorten(String text) {
    return text.length() <= LONGEST + 2 ? text : text.substring(0, LONGEST) + "...";
  }
}
