package dev.jacquard.network;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import java.util.Objects;

/**
 * How a network is trained when nothing else is said: the section {@code training} of its file.
 *
 * @param batchSize {@code batch_size}: samples a step, at least 1; default 32
 * @param epochs how often every sample is seen, at least 1; default 1
 * @param optimizer the rule of update with its numbers; default Adam with Keras's
 * @param schedule how the learning rate goes; default constant
 * @param labelSmoothing {@code label_smoothing}: the share of each label that is spread over all
 *     classes, at least 0 and below 1; default 0
 */
public record TrainingDefaults(
    int batchSize, int epochs, Optimizer optimizer, Schedule schedule, double labelSmoothing) {

  /**
   * Checks the numbers.
   *
   * @throws JacquardException if one is outside its range
   */
  public TrainingDefaults {
    if (batchSize < 1 || epochs < 1) {
      throw new JacquardException(
          "training: expected at least one epoch and a batch of at least one sample, received "
              + epochs
              + " and "
              + batchSize);
    }
    Op.SoftmaxCrossEntropy.SMOOTHINGS.require("training: label_smoothing", labelSmoothing);
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(schedule, "schedule");
  }

  /** What Keras does when nothing is said: batches of 32, one epoch, Adam at a constant 0.001. */
  public static TrainingDefaults standard() {
    return new TrainingDefaults(32, 1, Optimizer.Adam.defaults(), Schedule.CONSTANT, 0);
  }
}
