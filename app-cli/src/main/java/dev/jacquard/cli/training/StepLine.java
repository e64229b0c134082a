package dev.jacquard.cli.training;

import dev.jacquard.cli.console.Numbers;
import dev.jacquard.train.Progress;
import dev.jacquard.train.TrainingInfo;

/** Where an epoch stands, as a line. */
final class StepLine {
  private StepLine() {}

  static String of(Progress progress, TrainingInfo info, Speed speed) {
    int stepsPerEpoch = info.stepsPerEpoch();
    return "epoch "
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
        + speed.text(", ", "images/s", info, progress.step());
  }
}
