package dev.jacquard.opencl.tuning;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The numbers that cut a kernel's work, by name: {@code tile_m=64 tile_n=32}.
 *
 * @param numbers in alphabetical order of their names
 */
public record Choice(SortedMap<String, Integer> numbers) {
  /** Nothing chosen yet. */
  public static final Choice NONE = new Choice(new TreeMap<>());

  /** Copies the map. */
  public Choice {
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
  }

  /** The same with a number set. */
  public Choice with(String name, int number) {
    SortedMap<String, Integer> all = new TreeMap<>(numbers);
    all.put(name, number);
    return new Choice(all);
  }

  /**
   * A number.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public int of(String name) {
    Integer number = numbers.get(name);
    if (number == null) {
      throw new IllegalArgumentException("nothing is chosen for " + name + " in " + this);
    }
    return number;
  }

  /** Reads what {@link #toString} wrote; empty if that is something else. */
  static Optional<Choice> parse(String text) {
    SortedMap<String, Integer> numbers = new TreeMap<>();
    for (String each : text.split(" ", -1)) {
      int equal = each.indexOf('=');
      if (equal < 1 || !each.substring(equal + 1).matches("\\d{1,6}")) {
        return Optional.empty();
      }
      numbers.put(each.substring(0, equal), Integer.parseInt(each.substring(equal + 1)));
    }
    return Optional.of(new Choice(numbers));
  }

  @Override
  public String toString() {
    return numbers.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(" "));
  }
}
