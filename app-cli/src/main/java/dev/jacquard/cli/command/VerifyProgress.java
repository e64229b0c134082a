package dev.jacquard.cli.command;

import dev.jacquard.cli.console.StatusLine;
import dev.jacquard.tck.TckListener;
import dev.jacquard.tck.TckResult;

/** Tells how far a run of the suite is. */
record VerifyProgress(StatusLine line) implements TckListener {
  @Override
  public boolean isEnough() {
    return line.isStopRequested();
  }

  @Override
  public void ended(TckResult result, int done, int all) {
    line.tell(done + "/" + all + " " + result.group());
  }
}
