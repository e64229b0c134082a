package dev.jacquard.tck;

import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.reference.Batch;
import dev.jacquard.reference.OptimizerState;
import dev.jacquard.reference.Pass;
import dev.jacquard.reference.ReferenceModel;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * A course of training: epochs over a data set in one shuffled order, the tail of each epoch
 * included.
 *
 * @param trial the network and its samples
 * @param steps how many
 * @param rate the learning rate of each
 */
record Course(Trial trial, int steps, IntToDoubleFunction rate) {
  /** What a course gave: each step's loss and hits. */
  static final class Outcome {
    private final float[] losses;
    private final int[] hits;

    private Outcome(int steps) {
      this.losses = new float[steps];
      this.hits = new int[steps];
    }

    float[] losses() {
      return losses;
    }

    int[] hits() {
      return hits;
    }

    boolean equalTo(Outcome other) {
      return Arrays.equals(losses, other.losses) && Arrays.equals(hits, other.hits);
    }
  }

  /** Trains on the device in stretches of at most {@code stretch} steps. */
  Outcome train(Trainer trainer, ResidentData data, int stretch) {
    return train(trainer, data, stretch, 0);
  }

  /** Trains only from step {@code first} on; the outcomes of those before are 0. */
  Outcome train(Trainer trainer, ResidentData data, int stretch, int first) {
    Outcome outcome = new Outcome(steps);
    Stretch work = new Stretch(trial.batch(), stretch);
    StretchResult result = new StretchResult(stretch);
    int[] order = order();
    for (int done = first; done < steps; done += work.steps()) {
      work.clear(done);
      for (int step = done; step < Math.min(done + stretch, steps); step++) {
        work.add(order, from(step), size(step), from(step), rate.applyAsDouble(step));
      }
      trainer.run(data, work, result);
      System.arraycopy(result.losses(), 0, outcome.losses, done, work.steps());
      System.arraycopy(result.hits(), 0, outcome.hits, done, work.steps());
    }
    return outcome;
  }

  /** Trains the oracle; returns the losses. */
  double[] train(ReferenceModel model, OptimizerState optimizer) {
    double[] losses = new double[steps];
    int[] order = order();
    for (int step = 0; step < steps; step++) {
      Batch batch = Batch.of(trial.graph().input(), trial.data(), order, from(step), size(step));
      Pass pass = model.train(batch, step, from(step), optimizer, rate.applyAsDouble(step));
      losses[step] = pass.loss();
    }
    return losses;
  }

  private int epoch() {
    return (trial.data().size() - 1) / trial.batch() + 1;
  }

  private int from(int step) {
    return step % epoch() * trial.batch();
  }

  private int size(int step) {
    return Math.min(trial.batch(), trial.data().size() - from(step));
  }

  /**
   * The sample numbers, each once: multiples of a number that has no factor in common with the
   * size.
   */
  private int[] order() {
    int size = trial.data().size();
    int stride = 7;
    while (greatestCommonDivisor(stride, size) != 1) {
      stride++;
    }
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i * stride % size;
    }
    return order;
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }
}
