package dev.jacquard.cli.bench;

/** The clock that rounds are measured by. */
final class HostClock {
  static final String NAME = "System.nanoTime";

  private static final int CHANGES = 1000;
  private static final long MOST = 20_000_000;

  private HostClock() {}

  /** The smallest step that it was seen to make, in seconds. */
  static double resolution() {
    long start = System.nanoTime();
    long last = start;
    long least = MOST;
    for (int changes = 0; changes < CHANGES && last - start < MOST; ) {
      long now = System.nanoTime();
      if (now > last) {
        least = Math.min(least, now - last);
        last = now;
        changes++;
      }
    }
    return least * 1e-9;
  }
}
