package dev.jacquard.cli.training;

import dev.jacquard.backend.Session;
import dev.jacquard.cli.console.Gauge;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Terminal;
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

/**
 * Progress on a terminal: one line that is rewritten, and a line that stays for each epoch and for
 * the last step of a training that ends within one. It fits 80 columns, which Java cannot ask the
 * terminal for.
 */
final class ProgressBar implements TrainingListener {
  private static final int CELLS = 10;
  private static final int LEAST_CELLS = 3;

  /** One less than 80, because some terminals begin a new line behind the last column. */
  private static final int COLUMNS = 79;

  /** Of what follows the steps, in the order in which it is left out where it does not fit. */
  private static final int[] LEAST_NEEDED_FIRST = {2, 3, 1, 0};

  private final PrintStream err;
  private final Speed speed = new Speed();
  private TrainingInfo info;

  ProgressBar(PrintStream err) {
    this.err = err;
  }

  @Override
  public void onStart(TrainingInfo about, TrainingControl control) {
    info = about;
    if (about.from().step() < about.lastStep()) {
      show(about.from(), " " + StepLine.FIRST, "", "", "");
    }
  }

  @Override
  public void onStretch(StretchEvent event) {
    speed.add(event);
    Progress progress = event.progress();
    show(
        progress,
        " loss " + Numbers.share(progress.loss()),
        " acc " + Numbers.share(progress.accuracy()),
        speed.rateText(" ", "img/s"),
        speed.leftText(" ", info, progress.step()));
  }

  private void show(Progress progress, String... rest) {
    err.print(Terminal.REWRITE + bar(progress, rest));
    err.flush();
  }

  private String bar(Progress progress, String... rest) {
    int stepsPerEpoch = info.stepsPerEpoch();
    long step = progress.step() - (long) progress.epoch() * stepsPerEpoch;
    String epoch = "epoch " + (progress.epoch() + 1) + "/" + info.recipe().epochs() + " ";
    String steps = step + "/" + stepsPerEpoch;
    int room = COLUMNS - epoch.length() - steps.length();
    for (int i = 0; i < rest.length && String.join("", rest).length() > room; i++) {
      rest[LEAST_NEEDED_FIRST[i]] = "";
    }
    String told = String.join("", rest);
    return epoch + gauge(room - told.length(), step) + steps + told;
  }

  /** As long as there is room for it: the numbers say it, too. */
  private String gauge(int room, long step) {
    int cells = Math.min(CELLS, room - "[] ".length());
    if (cells < LEAST_CELLS) {
      return "";
    }
    return Gauge.of(cells, (double) step / info.stepsPerEpoch()) + " ";
  }

  @Override
  public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
    err.println(Terminal.REWRITE + EpochLine.of(result, info.recipe().epochs(), info.samples()));
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
    err.print(Terminal.REWRITE);
    err.flush();
  }
}
