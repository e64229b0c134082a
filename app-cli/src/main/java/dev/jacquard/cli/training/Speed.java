package dev.jacquard.cli.training;

import dev.jacquard.cli.console.Numbers;
import dev.jacquard.train.StretchEvent;
import dev.jacquard.train.TrainingInfo;
import java.util.OptionalDouble;

/**
 * Samples a second and the time that is left. The first stretch is left out: it is one step in cold
 * code, or with a device's kernels still to be loaded, and says nothing about the rest. Later ones
 * count the less the longer ago they were.
 */
final class Speed {
  private static final double DECAY = 0.7;

  /** The JIT compiler is at work for some seconds; before, the time left would be far too long. */
  private static final double SECONDS_UNTIL_ESTIMATE = 5;

  /** A stretch that is faster than those before it by more than this says that it still is. */
  private static final double STEADY = 1.15;

  private boolean started;
  private boolean steady;
  private double measured;
  private double samples;
  private double seconds;

  void add(StretchEvent event) {
    if (!started) {
      started = true;
      return;
    }
    measured += event.seconds();
    samples = DECAY * samples + event.samples();
    seconds = DECAY * seconds + event.seconds();
    steady |=
        measured >= SECONDS_UNTIL_ESTIMATE
            && event.samplesPerSecond() <= STEADY * samples / seconds;
  }

  /** Samples a second; empty before the second stretch. */
  OptionalDouble rate() {
    return measured > 0 ? OptionalDouble.of(samples / seconds) : OptionalDouble.empty();
  }

  /**
   * The seconds until the last step, without validation; empty while that cannot be told.
   *
   * @param step that is done
   */
  OptionalDouble secondsLeft(TrainingInfo info, long step) {
    if (!steady) {
      return OptionalDouble.empty();
    }
    double perStep = (double) info.samples() / info.stepsPerEpoch();
    return OptionalDouble.of((info.lastStep() - step) * perStep / (samples / seconds));
  }

  /**
   * As the end of a line: {@code , 3,288 images/s, 0:12 left}, as far as it can be told by now.
   *
   * @param unit what samples a second are called
   * @param step that is done
   */
  String text(String separator, String unit, TrainingInfo info, long step) {
    return rateText(separator, unit) + leftText(separator, info, step);
  }

  /** The first part of that. */
  String rateText(String separator, String unit) {
    return rate().isEmpty()
        ? ""
        : separator + Numbers.grouped(Math.round(rate().getAsDouble())) + " " + unit;
  }

  /** The second part of that. */
  String leftText(String separator, TrainingInfo info, long step) {
    OptionalDouble left = secondsLeft(info, step);
    return left.isEmpty() ? "" : separator + Numbers.duration(left.getAsDouble()) + " left";
  }
}
