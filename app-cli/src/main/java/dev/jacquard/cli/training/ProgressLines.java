package dev.jacquard.cli.training;

import dev.jacquard.cli.console.Numbers;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Progress;
import dev.jacquard.train.StretchEvent;
import dev.jacquard.train.TrainingControl;
import dev.jacquard.train.TrainingInfo;
import dev.jacquard.train.TrainingListener;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Progress for files and pipes: a line for each epoch, and one every ten seconds within. */
final class ProgressLines implements TrainingListener {
  private static final long INTERVAL_NANOSECONDS = 10_000_000_000L;

  private final PrintStream err;
  private final LongSupplier nanoClock;
  private final Speed speed = new Speed();
  private TrainingInfo info;
  private long last;

  ProgressLines(PrintStream err, LongSupplier nanoClock) {
    this.err = err;
    this.nanoClock = nanoClock;
  }

  @Override
  public void onStart(TrainingInfo about, TrainingControl control) {
    info = about;
    last = nanoClock.getAsLong();
  }

  @Override
  public void onStretch(StretchEvent event) {
    speed.add(event);
    Progress progress = event.progress();
    long now = nanoClock.getAsLong();
    if (now - last < INTERVAL_NANOSECONDS || progress.samples() == info.samples()) {
      return;
    }
    last = now;
    int stepsPerEpoch = info.stepsPerEpoch();
    err.println(
        "epoch "
            + (progress.epoch() + 1)
            + "/"
            + info.recipe().epochs()
            + ", step "
            + (progress.step() - (long) progress.epoch() * stepsPerEpoch)
            + "/"
            + stepsPerEpoch
            + ": loss "
            + Numbers.share(progress.loss())
            + ", accuracy "
            + Numbers.share(progress.accuracy())
            + ", "
            + Numbers.grouped(Math.round(speed.samplesPerSecond()))
            + " images/s, "
            + Numbers.duration(speed.secondsLeft(info, progress.step()))
            + " left");
  }

  @Override
  public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
    err.println(EpochLine.of(result, info.recipe().epochs(), info.samples()));
    last = nanoClock.getAsLong();
  }
}
