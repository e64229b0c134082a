package dev.jacquard.cli.console;

import dev.jacquard.error.Excerpt;
import dev.jacquard.error.JacquardException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Values that users choose by their labels. */
public final class Labels {
  private Labels() {}

  /**
   * The value of this label.
   *
   * @param values two or more
   * @throws JacquardException if none has it
   */
  public static <T> T parse(T[] values, Function<T, String> label, String text) {
    for (T value : values) {
      if (label.apply(value).equals(text)) {
        return value;
      }
    }
    List<String> labels = Arrays.stream(values).map(label).toList();
    int last = labels.size() - 1;
    throw new JacquardException(
        "expected "
            + String.join(", ", labels.subList(0, last))
            + " or "
            + labels.get(last)
            + ", received "
            + Excerpt.of(text));
  }
}
