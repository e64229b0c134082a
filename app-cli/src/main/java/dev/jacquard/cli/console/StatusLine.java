package dev.jacquard.cli.console;

import java.io.PrintStream;

/**
 * How far something is: a line that is rewritten where somebody watches, elsewhere one after each
 * ten seconds; and the switch that ends it.
 */
public final class StatusLine {
  private static final double SECONDS = 10;
  private static final int COLUMNS = 79;

  private final PrintStream err;
  private final boolean quiet;
  private final boolean watched = Terminal.watchesErrors();
  private long told = System.nanoTime();
  private volatile boolean stopRequested;

  /**
   * Nothing is told yet.
   *
   * @param quiet suppresses all of it
   */
  public StatusLine(PrintStream err, boolean quiet) {
    this.err = err;
    this.quiet = quiet;
  }

  /** Has it end after what it is at. */
  public void requestStop() {
    stopRequested = true;
  }

  /** Whether it is to end. */
  public boolean isStopRequested() {
    return stopRequested;
  }

  /** Shows it, if it is time. */
  public void tell(String line) {
    if (quiet) {
      return;
    }
    long now = System.nanoTime();
    if (watched) {
      // What goes on in a second row could not be taken back.
      err.print(Terminal.REWRITE + line.substring(0, Math.min(line.length(), COLUMNS)));
      err.flush();
    } else if ((now - told) / 1e9 > SECONDS) {
      told = now;
      err.println(line);
    }
  }

  /** Takes the line away. */
  public void clear() {
    if (!quiet && watched) {
      err.print(Terminal.REWRITE);
      err.flush();
    }
  }
}
