package dev.jacquard.layer;

import dev.jacquard.error.JacquardException;
import dev.jacquard.error.Spelling;
import dev.jacquard.graph.Interval;
import dev.jacquard.tensor.Shape;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One JSON object, read key by key with the type that each must have. It knows its place in the
 * document, so that every error begins with the path of the fault, and it remembers which keys were
 * asked for, so that {@link #requireAllRead} finds misspelt ones. Where a method takes a default,
 * the key may be missing; {@code null} is never a value. What reads a value throws a {@link
 * JacquardException} with its place, what was expected and what was received if it is another.
 *
 * <p>Not safe for use by several threads.
 */
public final class Fields {
  /** Extents that a shape may have in a file, more than any layer takes. */
  private static final int MOST_EXTENTS = 8;

  private final String path;
  private final Map<String, Object> values;
  private final Set<String> asked = new LinkedHashSet<>();

  private Fields(String path, Map<String, Object> values) {
    this.path = path;
    this.values = values;
  }

  /**
   * The fields of an object.
   *
   * @param path its place, as in {@code layers[3]}; empty for the document itself
   * @param values by key: {@code String}, {@code Boolean}, {@link BigDecimal}, {@code List}, {@code
   *     Map} or null
   */
  public static Fields of(String path, Map<String, ?> values) {
    return new Fields(path, new LinkedHashMap<>(values));
  }

  /** The place of this object in the document: {@code layers[3]}. */
  public String path() {
    return path;
  }

  /** The place of one of its keys: {@code layers[3].kernel_size}. */
  public String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    asked.add(key);
    return values.containsKey(key);
  }

  /**
   * The error for a value that is not what it must be.
   *
   * @param expected in words, as in {@code a divisor of 28}
   * @return {@code layers[3].kernel_size: expected ..., received ...}, for the caller to throw
   */
  public JacquardException fault(String key, String expected) {
    String received = has(key) ? Received.describe(values.get(key)) : "nothing" + misspelling(key);
    return new JacquardException(path(key) + ": expected " + expected + ", received " + received);
  }

  private String misspelling(String key) {
    Set<String> others = new LinkedHashSet<>(values.keySet());
    others.removeAll(asked);
    return Spelling.nearest(key, others)
        .map(near -> "; is " + Received.describe(near) + " meant to be it?")
        .orElse("");
  }

  /** A whole number of at least {@code minimum}. */
  public int intAtLeast(String key, int minimum) {
    return whole(key, minimum, Integer.MAX_VALUE);
  }

  /** A whole number of at least {@code minimum}. */
  public int intAtLeast(String key, int minimum, int standard) {
    return has(key) ? intAtLeast(key, minimum) : standard;
  }

  private int whole(String key, int minimum, int maximum) {
    Optional<Integer> value =
        has(key) ? whole(values.get(key), minimum, maximum) : Optional.empty();
    if (value.isEmpty()) {
      // The upper end is named only to those who went beyond it.
      boolean over =
          values.get(key) instanceof BigDecimal n && n.compareTo(BigDecimal.valueOf(maximum)) > 0;
      throw fault(
          key,
          over ? "a whole number of at most " + maximum : "a whole number of at least " + minimum);
    }
    return value.get();
  }

  private static Optional<Integer> whole(Object value, int minimum, int maximum) {
    if (value instanceof BigDecimal number && number.scale() == 0 && number.precision() <= 10) {
      long whole = number.longValueExact();
      return whole >= minimum && whole <= maximum ? Optional.of((int) whole) : Optional.empty();
    }
    return Optional.empty();
  }

  /** An extent in height and width: a whole number for both, or a pair {@code [height, width]}. */
  public Size2D pair(String key) {
    if (has(key)) {
      List<?> both =
          values.get(key) instanceof List<?> list
              ? list
              : Arrays.asList(values.get(key), values.get(key));
      if (both.size() == 2) {
        Optional<Integer> height = whole(both.get(0), 1, Size2D.MAX);
        Optional<Integer> width = whole(both.get(1), 1, Size2D.MAX);
        if (height.isPresent() && width.isPresent()) {
          return new Size2D(height.get(), width.get());
        }
      }
    }
    throw fault(
        key, "a whole number from 1 to " + Size2D.MAX + " or a pair of them, [height, width]");
  }

  /** An extent in height and width: a whole number for both, or a pair {@code [height, width]}. */
  public Size2D pair(String key, Size2D standard) {
    return has(key) ? pair(key) : standard;
  }

  /** The extents of a sample: a list of whole numbers, as in {@code [28, 28, 1]}. */
  public Shape shape(String key) {
    List<?> list = has(key) && values.get(key) instanceof List<?> l ? l : List.of();
    if (list.size() > MOST_EXTENTS) {
      throw fault(key, "at most " + MOST_EXTENTS + " whole numbers, as in [28, 28, 1]");
    }
    List<Integer> dims = new ArrayList<>();
    for (Object item : list) {
      whole(item, 1, Integer.MAX_VALUE).ifPresent(dims::add);
    }
    if (dims.isEmpty() || dims.size() != list.size()) {
      throw fault(key, "a list of whole numbers of at least 1, as in [28, 28, 1]");
    }
    try {
      return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
    } catch (JacquardException e) {
      throw new JacquardException(path(key) + ": " + e.getMessage(), e);
    }
  }

  /** A number within an interval. */
  public double number(String key, Interval interval) {
    if (has(key) && values.get(key) instanceof BigDecimal number) {
      double value = number.doubleValue();
      if (interval.contains(value)) {
        return value;
      }
    }
    throw fault(key, interval.toString());
  }

  /** A number within an interval. */
  public double number(String key, Interval interval, double standard) {
    return has(key) ? number(key, interval) : standard;
  }

  /** {@code true} or {@code false}. */
  public boolean bool(String key, boolean standard) {
    if (!has(key)) {
      return standard;
    }
    if (values.get(key) instanceof Boolean value) {
      return value;
    }
    throw fault(key, "true or false");
  }

  /** A text. */
  public String text(String key) {
    if (has(key) && values.get(key) instanceof String text) {
      return text;
    }
    throw fault(key, "a text");
  }

  /** A text, if the key is there. */
  public Optional<String> optionalText(String key) {
    return has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  /** A list of one or more texts, if the key is there. */
  public Optional<List<String>> optionalTexts(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>();
    List<?> list = values.get(key) instanceof List<?> l ? l : List.of();
    for (Object item : list) {
      if (item instanceof String text) {
        texts.add(text);
      }
    }
    if (texts.isEmpty() || texts.size() != list.size()) {
      throw fault(key, "a list of one or more texts");
    }
    return Optional.of(List.copyOf(texts));
  }

  /**
   * One of several values, by its name in the file.
   *
   * @param names gives each value's name
   */
  public <T> T choice(String key, List<T> choices, Function<? super T, String> names) {
    List<String> labels = choices.stream().<String>map(names).toList();
    Object value = has(key) ? values.get(key) : null;
    int index = labels.indexOf(value);
    if (index >= 0) {
      return choices.get(index);
    }
    throw fault(
        key, (labels.size() == 1 ? "\"" : "one of \"") + String.join("\", \"", labels) + "\"");
  }

  /** One of several values, by its name in the file. */
  public <T> T choice(String key, List<T> choices, Function<? super T, String> names, T standard) {
    return has(key) ? choice(key, choices, names) : standard;
  }

  /** An object, if the key is there. */
  public Optional<Fields> optionalObject(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    return Optional.of(
        object(path(key), values.get(key)).orElseThrow(() -> fault(key, "an object")));
  }

  /** A list of {@code 1} to {@code most} objects. */
  public List<Fields> objects(String key, int most) {
    List<?> list = has(key) && values.get(key) instanceof List<?> l ? l : List.of();
    if (list.isEmpty()) {
      throw fault(key, "a list of one or more objects");
    }
    if (list.size() > most) {
      throw new JacquardException(
          path(key) + ": expected at most " + most + " objects, received " + list.size());
    }
    List<Fields> objects = new ArrayList<>();
    for (Object item : list) {
      String place = path(key) + "[" + objects.size() + "]";
      objects.add(
          object(place, item)
              .orElseThrow(
                  () ->
                      new JacquardException(
                          place + ": expected an object, received " + Received.describe(item))));
    }
    return objects;
  }

  private static Optional<Fields> object(String path, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return Optional.empty();
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((key, item) -> copy.put((String) key, item));
    return Optional.of(of(path, copy));
  }

  /**
   * Ends the reading: every key that nobody asked for is unknown, or a setting of Keras's that has
   * one possible value here.
   *
   * @param owner what the object describes, as in {@code Conv2D}
   * @throws JacquardException if a key is left, naming the keys that there are, or such a setting
   *     has another value
   */
  public void requireAllRead(String owner) {
    Set<String> unknown = new LinkedHashSet<>(values.keySet());
    unknown.removeAll(asked);
    unknown.removeIf(key -> isOnlyValue(owner, key));
    if (unknown.isEmpty()) {
      return;
    }
    String key = unknown.iterator().next();
    // The type is what names the owner, so it goes without saying.
    Set<String> known = new LinkedHashSet<>(asked);
    known.remove("type");
    Set<String> free = new LinkedHashSet<>(known);
    free.removeAll(values.keySet());
    throw new JacquardException(
        (path.isEmpty() ? "" : path + ": ")
            + "unknown key "
            + Received.describe(key)
            + KerasHints.key(key, free)
                .map(name -> " (did you mean \"" + name + "\"?)")
                .orElseGet(() -> Spelling.suggestion(key, free))
            + "; "
            + owner
            + " takes "
            + String.join(", ", known));
  }

  private boolean isOnlyValue(String owner, String key) {
    Object only = KerasSettings.of(owner).get(key);
    if (only == null) {
      return false;
    }
    if (!KerasSettings.allows(key, only, values.get(key))) {
      throw fault(key, Received.describe(only) + ", the only value that is supported");
    }
    return true;
  }
}
