package dev.jacquard.cli.training;

import dev.jacquard.cli.console.Numbers;
import dev.jacquard.train.EpochResult;

/** An epoch's results as a line. */
final class EpochLine {
  private EpochLine() {}

  static String of(EpochResult result, int epochs, int samples) {
    StringBuilder line = new StringBuilder();
    line.append("epoch ").append(result.epoch()).append('/').append(epochs);
    line.append(": loss ").append(Numbers.share(result.loss()));
    line.append(", accuracy ").append(Numbers.share(result.accuracy()));
    result.valLoss().ifPresent(v -> line.append(", val_loss ").append(Numbers.share(v)));
    result.valAccuracy().ifPresent(v -> line.append(", val_accuracy ").append(Numbers.share(v)));
    if (result.seconds() > 0) {
      line.append(", ").append(Numbers.grouped(Math.round(samples / result.seconds())));
      line.append(" images/s");
    }
    line.append(", ").append(Numbers.seconds(result.seconds()));
    return line.toString();
  }
}
