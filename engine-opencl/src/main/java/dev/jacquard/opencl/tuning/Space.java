package dev.jacquard.opencl.tuning;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The choices that there are for one launch on one device: for each knob its values, of which some
 * combinations are illegal. Immutable.
 */
public final class Space {
  private final Choice preset;
  private final Map<String, List<Integer>> knobs;
  private final Predicate<Choice> legal;

  private Space(Choice preset, Map<String, List<Integer>> knobs, Predicate<Choice> legal) {
    this.preset = preset;
    this.knobs = knobs;
    this.legal = legal;
  }

  /**
   * A space without knobs.
   *
   * @param legal whether a choice of all knobs can be compiled and run
   */
  public static Space of(Predicate<Choice> legal) {
    return new Space(Choice.NONE, Map.of(), legal);
  }

  /**
   * The same with a knob.
   *
   * @param preset what it is without tuning
   * @param values that may be tried, beside the preset
   */
  public Space with(String knob, int preset, List<Integer> values) {
    Map<String, List<Integer>> all = new LinkedHashMap<>(knobs);
    all.put(knob, List.copyOf(values));
    return new Space(this.preset.with(knob, preset), all, legal);
  }

  /** What is chosen without tuning. */
  public Choice preset() {
    return preset;
  }

  /** The knobs, those that matter most first. */
  public List<String> knobs() {
    return List.copyOf(knobs.keySet());
  }

  /** Whether a choice is one of this space: the preset, or legal values of the same knobs. */
  public boolean allows(Choice choice) {
    return choice.equals(preset)
        || (choice.numbers().keySet().equals(preset.numbers().keySet())
            && knobs.keySet().stream().allMatch(knob -> has(knob, choice.of(knob)))
            && legal.test(choice));
  }

  private boolean has(String knob, int value) {
    return value == preset.of(knob) || knobs.get(knob).contains(value);
  }

  /** The next legal choice up or down one knob, if there is one. */
  public Optional<Choice> next(Choice from, String knob, boolean up) {
    int now = from.of(knob);
    Comparator<Integer> nearest = Comparator.comparingInt(value -> Math.abs(value - now));
    return Stream.concat(knobs.get(knob).stream(), Stream.of(preset.of(knob)))
        .filter(value -> up ? value > now : value < now)
        .sorted(nearest)
        .map(value -> from.with(knob, value))
        .filter(this::allows)
        .findFirst();
  }
}
