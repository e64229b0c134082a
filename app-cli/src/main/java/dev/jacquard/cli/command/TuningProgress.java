package dev.jacquard.cli.command;

import dev.jacquard.backend.Tuner;
import dev.jacquard.cli.console.Gauge;
import dev.jacquard.cli.console.StatusLine;
import java.util.Locale;

/**
 * Tells how far a search is, and ends it when the command's time is over.
 *
 * @param start of the command, by {@link System#nanoTime}
 * @param budget seconds that it may take from then on
 */
record TuningProgress(StatusLine line, long start, double budget) implements Tuner.Progress {
  private static final int CELLS = 20;

  @Override
  public boolean isEnough() {
    return line.isStopRequested() || left() == 0;
  }

  /** Seconds until the time is over. */
  double left() {
    return Math.max(0, budget - (System.nanoTime() - start) / 1e9);
  }

  @Override
  public void tried(String stage, int tried, double share, double gain) {
    double left = left();
    double done = Math.min(1, Math.max(share, 1 - left / budget));
    line.tell(
        String.format(
            Locale.ROOT,
            "%s %.0f s left, %d tried, %.2f times as fast, %s",
            Gauge.of(CELLS, done),
            left,
            tried,
            gain,
            stage));
  }
}
