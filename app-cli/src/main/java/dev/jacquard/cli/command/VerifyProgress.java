package dev.jacquard.cli.command;

import dev.jacquard.cli.console.Gauge;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.StatusLine;
import dev.jacquard.tck.TckListener;
import dev.jacquard.tck.TckResult;

/** Tells how far a run of the suite is, and about how long the rest of it takes. */
final class VerifyProgress implements TckListener {
  private static final int CELLS = 20;

  private static final double SECONDS_UNTIL_ESTIMATE = 5;

  private final StatusLine line;
  private long firstEnded;

  /** Of a run that begins now. */
  VerifyProgress(StatusLine line) {
    this.line = line;
  }

  @Override
  public boolean isEnough() {
    return line.isStopRequested();
  }

  @Override
  public void ended(TckResult result, int done, int all) {
    long now = System.nanoTime();
    if (done == 1) {
      // What all of them need was opened and compiled before.
      firstEnded = now;
    }
    line.tell(text(result.group(), done, all, (now - firstEnded) / 1e9));
  }

  /**
   * So many seconds after the first case; those that are left are taken to be like the others that
   * are done.
   */
  static String text(String group, int done, int all, double seconds) {
    String left =
        seconds < SECONDS_UNTIL_ESTIMATE
            ? ""
            : ", about " + Numbers.duration(seconds / (done - 1) * (all - done)) + " left";
    return Gauge.of(CELLS, (double) done / all) + " " + done + "/" + all + left + ", " + group;
  }
}
