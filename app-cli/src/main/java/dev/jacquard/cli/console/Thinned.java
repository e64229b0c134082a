package dev.jacquard.cli.console;

import java.util.ArrayList;
import java.util.List;

/** Lists that are too long to be shown whole. */
public final class Thinned {
  private Thinned() {}

  /** At most so many elements, at least two, in even distances, the first and last among them. */
  public static <T> List<T> to(int most, List<T> all) {
    if (all.size() <= most) {
      return all;
    }
    List<T> kept = new ArrayList<>();
    for (long i = 0; i < most; i++) {
      kept.add(all.get((int) (i * (all.size() - 1) / (most - 1))));
    }
    return kept;
  }
}
