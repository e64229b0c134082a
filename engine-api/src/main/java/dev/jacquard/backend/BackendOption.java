package dev.jacquard.backend;

import java.util.function.Function;

/**
 * An option that a backend declares. Options are compared by identity.
 *
 * @param <T> the type of its values
 */
public final class BackendOption<T> {
  private final String name;
  private final String value;
  private final String help;
  private final T byDefault;
  private final Function<String, T> parser;

  private BackendOption(
      String name, String value, String help, T byDefault, Function<String, T> parser) {
    this.name = name;
    this.value = value;
    this.help = help;
    this.byDefault = byDefault;
    this.parser = parser;
  }

  /**
   * An option with a value.
   *
   * @param name as users write it behind {@code --}: {@code threads}
   * @param value what stands for the value in help texts: {@code N}
   * @param help one sentence
   * @param byDefault the value where users give none
   * @param parser throws {@link IllegalArgumentException}, its message saying what was expected
   */
  public static <T> BackendOption<T> of(
      String name, String value, String help, T byDefault, Function<String, T> parser) {
    return new BackendOption<>(name, value, help, byDefault, parser);
  }

  /** An option without a value: false unless given. */
  public static BackendOption<Boolean> flag(String name, String help) {
    return new BackendOption<>(name, "", help, false, BackendOption::truth);
  }

  private static boolean truth(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("expected true or false");
    }
    return text.equals("true");
  }

  /** Without the dashes. */
  public String name() {
    return name;
  }

  /** What stands for the value in help texts; empty for a flag. */
  public String value() {
    return value;
  }

  /** Whether it takes no value. */
  public boolean isFlag() {
    return value.isEmpty();
  }

  /** One sentence for users. */
  public String help() {
    return help;
  }

  /** The value where users give none. */
  public T byDefault() {
    return byDefault;
  }

  /** Reads a value; throws {@link IllegalArgumentException} with what was expected. */
  public T parse(String text) {
    return parser.apply(text);
  }
}
