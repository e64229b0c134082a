package dev.jacquard.cli.training;

import dev.jacquard.backend.Session;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Progress;
import dev.jacquard.train.StretchEvent;
import dev.jacquard.train.TrainingControl;
import dev.jacquard.train.TrainingInfo;
import dev.jacquard.train.TrainingListener;
import dev.jacquard.train.TrainingResult;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Progress for files and pipes: a line at the start, one for each epoch, one every ten seconds
 * within, and one for the last step of a training that ends within an epoch.
 */
final class ProgressLines implements TrainingListener {
  private static final long INTERVAL_NANOSECONDS = 10_000_000_000L;

  private final PrintStream err;
  private final LongSupplier nanoClock;
  private final Speed speed = new Speed();
  private TrainingInfo info;
  private long last;
  private long toldStep;

  ProgressLines(PrintStream err, LongSupplier nanoClock) {
    this.err = err;
    this.nanoClock = nanoClock;
  }

  @Override
  public void onStart(TrainingInfo about, TrainingControl control) {
    info = about;
    toldStep = about.from().step();
    if (toldStep < about.lastStep()) {
      err.println(StepLine.ofStart(about));
    }
    last = nanoClock.getAsLong();
  }

  @Override
  public void onStretch(StretchEvent event) {
    speed.add(event);
    Progress progress = event.progress();
    long now = nanoClock.getAsLong();
    if (progress.samples() == info.samples()) {
      // The epoch's line follows.
      toldStep = progress.step();
    } else if (now - last >= INTERVAL_NANOSECONDS) {
      last = now;
      tell(progress);
    }
  }

  private void tell(Progress progress) {
    toldStep = progress.step();
    err.println(StepLine.of(progress, info, speed));
  }

  @Override
  public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
    err.println(EpochLine.of(result, info.recipe().epochs(), info.samples()));
    last = nanoClock.getAsLong();
  }

  @Override
  public void onEnd(TrainingResult result, Session session) {
    if (result.progress().step() != toldStep) {
      tell(result.progress());
    }
  }
}
