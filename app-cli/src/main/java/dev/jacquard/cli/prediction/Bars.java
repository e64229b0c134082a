package dev.jacquard.cli.prediction;

import dev.jacquard.cli.console.Numbers;
import java.util.ArrayList;
import java.util.List;

/** A bar chart of probabilities in the terminal. */
final class Bars {
  private static final int WIDTH = 32;

  /** Blocks of 1 to 7 eighths of a character's width. */
  private static final String EIGHTHS = "▏▎▍▌▋▊▉";

  private Bars() {}

  /**
   * A line for each class.
   *
   * @param names of all classes
   * @param shown which of them, in order
   * @param marked the one that gets a mark
   */
  static List<String> lines(
      List<String> names, float[] probabilities, List<Integer> shown, int marked) {
    int width = shown.stream().mapToInt(c -> names.get(c).length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (int c : shown) {
      String name = names.get(c);
      String bar = bar(probabilities[c]);
      lines.add(
          (c == marked ? "> " : "  ")
              + name
              + " ".repeat(width - name.length() + 2)
              + bar
              + " ".repeat(WIDTH - bar.length() + 1)
              + " ".repeat(Math.max(0, 7 - Numbers.percent(probabilities[c]).length()))
              + Numbers.percent(probabilities[c]));
    }
    return lines;
  }

  private static String bar(float share) {
    int eighths = Math.round(share * WIDTH * 8);
    int rest = eighths % 8;
    return "█".repeat(eighths / 8) + (rest == 0 ? "" : EIGHTHS.charAt(rest - 1));
  }
}
