package dev.jacquard.cli.command;

import dev.jacquard.cli.console.Gauge;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.StatusLine;
import dev.jacquard.tck.TckListener;
import dev.jacquard.tck.TckResult;

/** Tells how far a run of the suite is, and about how long the rest of it takes. */
final class VerifyProgress implements TckListener {
  private static final int CELLS = 20;

  /** The first case waits for what all of them need, and says little of the others. */
  private static final double SECONDS_UNTIL_ESTIMATE = 5;

  private final StatusLine line;
  private final long start = System.nanoTime();

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
    line.tell(text(result.group(), done, all, (System.nanoTime() - start) / 1e9));
  }

  /** After so many seconds; the cases that are left are taken to be like those that are done. */
  static String text(String group, int done, int all, double seconds) {
    String left =
        seconds < SECONDS_UNTIL_ESTIMATE
            ? ""
            : ", about " + Numbers.duration(seconds / done * (all - done)) + " left";
    return Gauge.of(CELLS, (double) done / all) + " " + done + "/" + all + left + ", " + group;
  }
}
