package dev.jacquard.backend;

import dev.jacquard.error.JacquardException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The options that a user gave, parsed. Options not given have their defaults. Immutable. */
public final class BackendOptions {
  private static final BackendOptions NONE = new BackendOptions(Map.of());

  private final Map<BackendOption<?>, Object> values;

  private BackendOptions(Map<BackendOption<?>, Object> values) {
    this.values = values;
  }

  /** All defaults. */
  public static BackendOptions none() {
    return NONE;
  }

  /**
   * Parses {@code texts}, by option name, against what a backend declares. Names it does not
   * declare are passed over: they may be another backend's.
   *
   * @throws JacquardException if a value is not what its option takes
   */
  public static BackendOptions parse(
      Collection<BackendOption<?>> declared, Map<String, String> texts) {
    Map<BackendOption<?>, Object> values = new LinkedHashMap<>();
    for (BackendOption<?> option : declared) {
      String text = texts.get(option.name());
      if (text != null) {
        try {
          values.put(option, option.parse(text));
        } catch (IllegalArgumentException e) {
          throw new JacquardException(
              option.name() + ": " + e.getMessage() + ", received " + text, e);
        }
      }
    }
    return new BackendOptions(values);
  }

  /** These options with one more. */
  public <T> BackendOptions with(BackendOption<T> option, T value) {
    Map<BackendOption<?>, Object> more = new LinkedHashMap<>(values);
    more.put(option, value);
    return new BackendOptions(more);
  }

  /** The value of {@code option}. */
  @SuppressWarnings("unchecked") // with and parse store only values of the option's own type
  public <T> T get(BackendOption<T> option) {
    return (T) values.getOrDefault(option, option.byDefault());
  }
}
