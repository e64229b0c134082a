package dev.jacquard.train;

/**
 * Cuts training into stretches of about half a second: short enough for a progress bar, Ctrl-C and
 * the watchdogs of graphics drivers, long enough that what a stretch costs does not count. It
 * starts with one step and at most doubles, because the first steps run before the JIT compiler has
 * warmed up and say little about the later ones.
 */
final class Pace {
  private static final long TARGET_NANOSECONDS = 500_000_000;

  private final int capacity;
  private int steps = 1;

  Pace(int capacity) {
    this.capacity = capacity;
  }

  /** How many steps the next stretch may have. */
  int steps() {
    return steps;
  }

  /**
   * Takes note of a stretch; it may have had fewer steps than it was allowed, at an epoch's end.
   */
  void ran(int done, long nanoseconds) {
    double fitting = (double) TARGET_NANOSECONDS * done / Math.max(nanoseconds, 1);
    steps = (int) Math.max(1, Math.min(fitting, Math.min(2.0 * steps, capacity)));
  }
}
