package dev.jacquard.network;

import java.util.List;
import java.util.Map;

/**
 * Writes plain values as JSON for people: every key of the document on a line, every object of a
 * list on a line, and the rest as it comes. The same values give the same text.
 */
final class JsonWriter {
  private final StringBuilder text = new StringBuilder();

  private JsonWriter() {}

  /** The document, ending with a line feed. */
  static String write(Map<String, ?> document) {
    JsonWriter writer = new JsonWriter();
    String before = "{\n  ";
    for (Map.Entry<String, ?> entry : document.entrySet()) {
      writer.text.append(before).append(quote(entry.getKey())).append(": ");
      if (entry.getValue() instanceof List<?> list
          && !list.isEmpty()
          && list.get(0) instanceof Map) {
        writer.lines(list);
      } else {
        writer.value(entry.getValue());
      }
      before = ",\n  ";
    }
    return writer.text.append("\n}\n").toString();
  }

  private void lines(List<?> list) {
    String before = "[\n    ";
    for (Object item : list) {
      text.append(before);
      value(item);
      before = ",\n    ";
    }
    text.append("\n  ]");
  }

  private void value(Object value) {
    if (value instanceof Map<?, ?> map) {
      text.append('{');
      String before = "";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(before).append(quote((String) entry.getKey())).append(": ");
        value(entry.getValue());
        before = ", ";
      }
      text.append('}');
    } else if (value instanceof List<?> list) {
      text.append('[');
      String before = "";
      for (Object item : list) {
        text.append(before);
        value(item);
        before = ", ";
      }
      text.append(']');
    } else if (value instanceof String string) {
      text.append(quote(string));
    } else if (value instanceof Double number) {
      text.append(number.toString().replace(".0E", "e").replace('E', 'e'));
    } else {
      text.append(value);
    }
  }

  /** The text in quotes; what is not printable ASCII is escaped. */
  private static String quote(String string) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
