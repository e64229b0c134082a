package dev.jacquard.model;

import dev.jacquard.error.JacquardException;
import dev.jacquard.train.TrainingLoop;

/** One training at a time, which any thread may stop from its very beginning. */
final class TrainingTurn {
  private boolean taken;
  private boolean stopped;
  private TrainingLoop loop;

  /**
   * Takes the turn.
   *
   * @throws JacquardException if another has it
   */
  synchronized void begin(String model) {
    if (taken) {
      throw new JacquardException(
          "the model " + model + " is being trained already; train it again afterwards");
    }
    taken = true;
  }

  /** The training is compiled. */
  synchronized void running(TrainingLoop compiled) {
    loop = compiled;
    if (stopped) {
      loop.requestStop();
    }
  }

  synchronized void stop() {
    stopped = taken;
    if (loop != null) {
      loop.requestStop();
    }
  }

  synchronized void end() {
    taken = false;
    stopped = false;
    loop = null;
  }
}
