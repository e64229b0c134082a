package dev.jacquard.cli.command;

import dev.jacquard.backend.Tuner;
import dev.jacquard.cli.console.Terminal;
import java.io.PrintStream;
import java.util.Locale;

/** How far a search is, as a line that is rewritten where somebody watches; ends it if asked to. */
final class TuningProgress implements Tuner.Progress {
  private static final int CELLS = 20;

  private final PrintStream err;
  private final boolean watched;
  private final double budget;
  private final long start = System.nanoTime();
  private volatile boolean stopRequested;

  /**
   * Of a search that begins now.
   *
   * @param budget seconds that it may take
   */
  TuningProgress(PrintStream err, boolean watched, double budget) {
    this.err = err;
    this.watched = watched;
    this.budget = budget;
  }

  /** Has the search end after the candidate that it is at. */
  void requestStop() {
    stopRequested = true;
  }

  @Override
  public boolean isEnough() {
    return stopRequested;
  }

  @Override
  public void tried(String stage, int tried, double share, double gain) {
    if (!watched) {
      return;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double done = Math.min(1, Math.max(share, seconds / budget));
    int full = (int) (CELLS * done);
    err.print(
        String.format(
            Locale.ROOT,
            "%s[%s%s] %.0f s left, %d tried, %.2f times as fast, %s",
            Terminal.REWRITE,
            "=".repeat(full),
            " ".repeat(CELLS - full),
            Math.max(0, budget - seconds),
            tried,
            gain,
            stage));
    err.flush();
  }

  /** Takes the line away. */
  void clear() {
    if (watched) {
      err.print(Terminal.REWRITE);
      err.flush();
    }
  }
}
