package dev.jacquard.layer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the keys and values of one JSON object, in the order in which they are to be written.
 */
public final class FieldWriter {
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** An object without keys. */
  public FieldWriter() {}

  /**
   * Writes a key.
   *
   * @param value a {@code String}, {@code Boolean}, {@code Integer}, {@code Long} or {@code
   *     Double}, a {@link Size2D}, or a list of such
   * @throws IllegalArgumentException if the key is there already or the value is of another class
   */
  public FieldWriter put(String key, Object value) {
    if (values.putIfAbsent(key, plain(value)) != null) {
      throw new IllegalArgumentException("key \"" + key + "\" is written twice");
    }
    return this;
  }

  /** Writes a key unless its value is the default. */
  public <T> FieldWriter put(String key, T value, T standard) {
    return value.equals(standard) ? this : put(key, value);
  }

  private static Object plain(Object value) {
    if (value instanceof Size2D size) {
      return List.of(size.height(), size.width());
    }
    if (value instanceof List<?> list) {
      return list.stream().map(FieldWriter::plain).toList();
    }
    if (value instanceof String
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Double) {
      return value;
    }
    throw new IllegalArgumentException("cannot write a " + value.getClass().getName());
  }

  /** What was written, in order: texts, truth values, numbers and lists of them. */
  public Map<String, Object> values() {
    return Collections.unmodifiableMap(values);
  }
}
