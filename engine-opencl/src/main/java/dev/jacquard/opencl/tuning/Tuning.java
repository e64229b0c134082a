package dev.jacquard.opencl.tuning;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was found to be fast on a device: a choice for a launch. Immutable.
 *
 * @param choices by launch: {@code conv2d_forward 14x14x32 ...}
 */
public record Tuning(SortedMap<String, Choice> choices) {
  /** Nothing was found. */
  public static final Tuning NONE = new Tuning(new TreeMap<>());

  /** Copies the map. */
  public Tuning {
    choices = Collections.unmodifiableSortedMap(new TreeMap<>(choices));
  }

  /** What to choose for a launch: what was found, if the device allows it, else the preset. */
  public Choice choose(String launch, Space space) {
    return Optional.ofNullable(choices.get(launch)).filter(space::allows).orElse(space.preset());
  }

  /** The same with a choice for a launch. */
  public Tuning with(String launch, Choice choice) {
    SortedMap<String, Choice> all = new TreeMap<>(choices);
    all.put(launch, choice);
    return new Tuning(all);
  }

  /** This, and where it has nothing what another has. */
  public Tuning or(Tuning other) {
    SortedMap<String, Choice> all = new TreeMap<>(other.choices);
    all.putAll(choices);
    return new Tuning(all);
  }

  /** The choices that another has not, or has otherwise. */
  public Tuning beyond(Tuning other) {
    SortedMap<String, Choice> own = new TreeMap<>(choices);
    own.entrySet().removeAll(other.choices.entrySet());
    return new Tuning(own);
  }

  /** The kernel family of a launch. */
  static String family(String launch) {
    return launch.substring(0, launch.indexOf(' '));
  }
}
