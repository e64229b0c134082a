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
import java.util.Locale;
import java.util.Optional;

/**
 * Progress on a terminal: one line that is rewritten, and a line that stays for each epoch and for
 * the last step of a training that ends within one. It fits 80 columns, which Java cannot ask the
 * terminal for.
 */
final class ProgressBar implements TrainingListener {
  private static final int CELLS = 10;
  static final String REWRITE = "\r\u001b[K";

  private final PrintStream err;
  private final Speed speed = new Speed();
  private TrainingInfo info;

  ProgressBar(PrintStream err) {
    this.err = err;
  }

  @Override
  public void onStart(TrainingInfo about, TrainingControl control) {
    info = about;
  }

  @Override
  public void onStretch(StretchEvent event) {
    speed.add(event);
    err.print(REWRITE + bar(event.progress()));
    err.flush();
  }

  private String bar(Progress progress) {
    int stepsPerEpoch = info.stepsPerEpoch();
    long step = progress.step() - (long) progress.epoch() * stepsPerEpoch;
    int full = (int) (CELLS * step / stepsPerEpoch);
    return String.format(
        Locale.ROOT,
        "epoch %d/%d [%s%s] %d/%d loss %.4f acc %.4f%s",
        progress.epoch() + 1,
        info.recipe().epochs(),
        "=".repeat(full),
        " ".repeat(CELLS - full),
        step,
        stepsPerEpoch,
        progress.loss(),
        progress.accuracy(),
        speed.text(" ", "img/s", info, progress.step()));
  }

  @Override
  public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
    err.println(REWRITE + EpochLine.of(result, info.recipe().epochs(), info.samples()));
  }

  @Override
  public void onEnd(TrainingResult result, Session session) {
    leaveLine();
    Progress progress = result.progress();
    if (progress.samples() > 0 && progress.step() > info.from().step()) {
      err.println(StepLine.of(progress, info, speed));
    }
  }

  @Override
  public void onFailure(Throwable failure) {
    leaveLine();
  }

  private void leaveLine() {
    err.print(REWRITE);
    err.flush();
  }
}
