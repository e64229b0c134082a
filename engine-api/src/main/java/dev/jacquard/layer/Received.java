package dev.jacquard.layer;

import dev.jacquard.error.Excerpt;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How messages show what was expected and received: on one line, and short whatever a file holds.
 */
final class Received {
  /** More items are never seen. */
  private static final int MOST_ITEMS = 60;

  private Received() {}

  /** A JSON value as in its file; an object as such. */
  static String describe(Object value) {
    if (value instanceof String text) {
      return Excerpt.quoted(text);
    }
    if (value instanceof List<?> list) {
      String items =
          list.stream().limit(MOST_ITEMS).map(Received::describe).collect(Collectors.joining(", "));
      return Excerpt.of("[" + items + "]");
    }
    return value instanceof Map ? "an object" : String.valueOf(value);
  }

  /** A range of whole numbers in words. */
  static String wholeNumber(int minimum, int maximum) {
    return maximum == Integer.MAX_VALUE
        ? "a whole number of at least " + minimum
        : "a whole number from " + minimum + " to " + maximum;
  }
}
