package dev.jacquard.cli.chart;

import java.util.List;
import java.util.stream.IntStream;

/** Names of classes as drawings must bear them. */
public final class Names {
  private Names() {}

  /** Names of 30 characters, all different. */
  public static List<String> longOnes(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> String.format("%03d Wide-Mouthed Waterfowl Wing", i).substring(0, 30))
        .toList();
  }

  /** Names that are more than letters. */
  public static List<String> hostile() {
    return List.of("<script>alert(1)</script>", "a \"b\" & 'c'", "\u0000\u0007\uD800 ]]>");
  }
}
