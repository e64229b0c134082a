package dev.jacquard.network;

import dev.jacquard.graph.Optimizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names layers as Keras does: {@code conv2d}, {@code conv2d_1}, {@code leaky_re_lu}. A layer's
 * automatic name depends on the names before it alone, so that reading and writing agree on which
 * names need not be written.
 */
final class LayerNames {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");
  private static final Pattern WORD = Pattern.compile("(.)([A-Z][a-z]+)");
  private static final Pattern HUMP = Pattern.compile("([a-z])([A-Z])");

  /** The names that no layer may have, and whose they are. */
  static final Map<String, String> RESERVED =
      Map.of(Network.INPUT, "the network's input", Optimizer.STATE, "the optimiser's state");

  private final Set<String> taken = new HashSet<>(RESERVED.keySet());
  private final Map<String, Integer> next = new HashMap<>();

  /**
   * Whether a layer or network may have the name: no slash, since parameters stand under it, nor a
   * path.
   */
  static boolean valid(String name) {
    return NAME.matcher(name).matches();
  }

  /** What {@link #valid} asks for, in words. */
  static String form() {
    return "1 to 100 letters, digits, \"_\", \"-\" or \".\", the first a letter, a digit or \"_\"";
  }

  /** The name that a layer of this type has here unless it is given another. */
  String automatic(String type) {
    String base = snakeCase(type);
    int number = next.getOrDefault(base, 0);
    while (taken.contains(numbered(base, number))) {
      number++;
    }
    next.put(base, number);
    return numbered(base, number);
  }

  private static String numbered(String base, int number) {
    return number == 0 ? base : base + "_" + number;
  }

  /** Takes a name, if it is not taken. */
  void take(String name) {
    taken.add(name);
  }

  /** A class's name by Keras's rule, without a plug-in's vendor. */
  static String snakeCase(String type) {
    String own = type.substring(type.indexOf(':') + 1);
    String words = WORD.matcher(own).replaceAll("$1_$2");
    return HUMP.matcher(words).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }
}
