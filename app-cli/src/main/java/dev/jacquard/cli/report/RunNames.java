package dev.jacquard.cli.report;

import java.nio.file.Path;
import java.util.List;

/** What two runs are called beside each other. */
public final class RunNames {
  private RunNames() {}

  /**
   * The folders' own names; if these are equal, with as many of the folders above them as tell the
   * one from the other. A run beside itself has the same name twice.
   */
  public static List<String> of(Path first, Path second) {
    Path a = first.toAbsolutePath().normalize();
    Path b = second.toAbsolutePath().normalize();
    int most = a.equals(b) ? 1 : Math.max(a.getNameCount(), b.getNameCount());
    int names = 1;
    while (names < most && ending(a, names).equals(ending(b, names))) {
      names++;
    }
    return List.of(ending(a, names), ending(b, names));
  }

  private static String ending(Path path, int names) {
    int all = path.getNameCount();
    return all == 0 ? path.toString() : path.subpath(Math.max(0, all - names), all).toString();
  }
}
