package dev.jacquard.cli.training;

import dev.jacquard.train.StretchEvent;
import dev.jacquard.train.TrainingInfo;

/** Samples a second, smoothed over the last stretches, and the time that is left. */
final class Speed {
  private static final double WEIGHT = 0.3;

  private double samplesPerSecond;
  private int stretches;

  void add(StretchEvent event) {
    double now = event.samplesPerSecond();
    // The first stretch is one step in cold code, which says nothing about the rest.
    boolean warm = stretches++ > 1;
    samplesPerSecond = warm ? samplesPerSecond + WEIGHT * (now - samplesPerSecond) : now;
  }

  double samplesPerSecond() {
    return samplesPerSecond;
  }

  /** Until the last step, without validation. */
  double secondsLeft(TrainingInfo info, long step) {
    double perStep = (double) info.samples() / info.stepsPerEpoch();
    return (info.lastStep() - step) * perStep / samplesPerSecond;
  }
}
