package dev.jacquard.cli.command;

import dev.jacquard.cli.console.Terminal;
import dev.jacquard.tck.TckListener;
import dev.jacquard.tck.TckResult;
import java.io.PrintStream;

/**
 * How far a run of the suite is: a line that is rewritten where somebody watches, elsewhere one
 * after each ten seconds; ends it if asked to.
 */
final class VerifyProgress implements TckListener {
  private static final double SECONDS = 10;

  private final PrintStream err;
  private final boolean quiet;
  private final boolean watched = Terminal.watchesErrors();
  private long told = System.nanoTime();
  private volatile boolean stopRequested;

  VerifyProgress(PrintStream err, boolean quiet) {
    this.err = err;
    this.quiet = quiet;
  }

  /** Has the run end after the case that it is at. */
  void requestStop() {
    stopRequested = true;
  }

  @Override
  public boolean isEnough() {
    return stopRequested;
  }

  @Override
  public void ended(TckResult result, int done, int all) {
    if (quiet) {
      return;
    }
    String line = done + "/" + all + " " + result.group();
    long now = System.nanoTime();
    if (watched) {
      err.print(Terminal.REWRITE + (done == all ? "" : line));
      err.flush();
    } else if ((now - told) / 1e9 > SECONDS) {
      told = now;
      err.println(line);
    }
  }

  /** Takes the line away that a run which was ended leaves. */
  void clear() {
    if (!quiet && watched) {
      err.print(Terminal.REWRITE);
      err.flush();
    }
  }
}
