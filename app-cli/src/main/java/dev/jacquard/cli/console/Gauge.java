package dev.jacquard.cli.console;

/** A bar that fills. */
public final class Gauge {
  private Gauge() {}

  /**
   * {@code [===== ]}.
   *
   * @param share that is done, from 0 to 1
   */
  public static String of(int cells, double share) {
    int full = (int) (cells * share);
    return "[" + "=".repeat(full) + " ".repeat(cells - full) + "]";
  }
}
