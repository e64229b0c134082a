package dev.jacquard.cli.training;

import dev.jacquard.cli.console.Numbers;
import dev.jacquard.train.Progress;
import dev.jacquard.train.TrainingInfo;

/** Where an epoch stands, as a line. */
final class StepLine {
  /** Said before it: the JVM compiles kernels during it, and nothing moves until then. */
  static final String FIRST = "the first step can take some seconds";

  private StepLine() {}

  /** Before the first step. */
  static String ofStart(TrainingInfo info) {
    return place(info.from(), info) + FIRST;
  }

  static String of(Progress progress, TrainingInfo info, Speed speed) {
    return place(progress, info)
        + "loss "
        + Numbers.share(progress.loss())
        + ", accuracy "
        + Numbers.share(progress.accuracy())
        + speed.text(", ", "images/s", info, progress.step());
  }

  private static String place(Progress progress, TrainingInfo info) {
    int stepsPerEpoch = info.stepsPerEpoch();
    return "epoch "
        + (progress.epoch() + 1)
        + "/"
        + info.recipe().epochs()
        + ", step "
        + (progress.step() - (long) progress.epoch() * stepsPerEpoch)
        + "/"
        + stepsPerEpoch
        + ": ";
  }
}
