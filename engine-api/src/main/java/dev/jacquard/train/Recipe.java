package dev.jacquard.train;

import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Network;
import dev.jacquard.network.Schedule;
import dev.jacquard.network.TrainingDefaults;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * How a network is trained.
 *
 * @param epochs passes over the training set, at least 1; the schedule is stretched over all of
 *     them
 * @param batchSize samples a step; an epoch's last step has what remains
 * @param optimizer the update rule; its learning rate is the schedule's peak
 * @param schedule the learning rate of each step
 * @param seed of the samples' order; the session's seed is usually the same
 * @param shuffle whether each epoch has an order of its own; otherwise the data set's
 * @param maxSteps ends training after this many steps, counted from the very first, without
 *     changing the schedule
 */
public record Recipe(
    int epochs,
    int batchSize,
    Optimizer optimizer,
    Schedule schedule,
    long seed,
    boolean shuffle,
    OptionalLong maxSteps) {

  /**
   * Checks the values.
   *
   * @throws JacquardException if one is out of its range
   */
  public Recipe {
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(maxSteps, "maxSteps");
    atLeastOne("epochs", epochs);
    atLeastOne("batch size", batchSize);
    maxSteps.ifPresent(steps -> atLeastOne("max steps", steps));
    Objects.requireNonNull(optimizer, "optimizer");
  }

  /**
   * As the training section of a network's file says, or Keras's defaults where it has none; in
   * shuffled order, without a limit.
   *
   * @param seed of the samples' order
   */
  public static Recipe of(Network network, long seed) {
    TrainingDefaults training = network.trainingOrStandard();
    return new Recipe(
        training.epochs(),
        training.batchSize(),
        training.optimizer(),
        training.schedule(),
        seed,
        true,
        OptionalLong.empty());
  }

  private static void atLeastOne(String setting, long value) {
    if (value < 1) {
      throw new JacquardException(setting + ": expected at least 1, received " + value);
    }
  }

  /**
   * The steps of one epoch over {@code samples} samples, a partial last one included.
   *
   * @throws JacquardException if a batch is larger than the data set
   */
  public int stepsPerEpoch(int samples) {
    if (batchSize > samples) {
      throw new JacquardException(
          "batch size "
              + batchSize
              + " is larger than the data set's "
              + samples
              + " samples; use one of "
              + samples
              + " or less");
    }
    return (samples - 1) / batchSize + 1;
  }

  /**
   * What a training must have in common with one that it goes on from, by name: all but how long it
   * is, where the schedule does not depend on that.
   *
   * @param training what it is trained on
   */
  Map<String, String> identity(DataSet training) {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("seed", Long.toString(seed));
    identity.put("batch size", Integer.toString(batchSize));
    identity.put("shuffle", Boolean.toString(shuffle));
    identity.put("optimizer", optimizer.toString());
    String course = schedule.label();
    if (schedule != Schedule.CONSTANT) {
      course += " over " + epochs + " epochs";
    }
    identity.put("schedule", course);
    String digest = training.digest().substring(0, 16);
    identity.put("training set", training.size() + " samples with the digest " + digest);
    return identity;
  }

  /** The steps over which the schedule is stretched: all epochs', whatever {@link #maxSteps}. */
  public long plannedSteps(int samples) {
    return (long) epochs * stepsPerEpoch(samples);
  }

  /** The number of the step at which training ends: {@link #plannedSteps} or {@link #maxSteps}. */
  public long lastStep(int samples) {
    return Math.min(plannedSteps(samples), maxSteps.orElse(Long.MAX_VALUE));
  }

  /** The learning rate of global step {@code step}, from 0. */
  double rate(long step, long plannedSteps) {
    return schedule.rate(optimizer.learningRate(), step, plannedSteps);
  }

  /** This recipe with another limit on the steps, or none. */
  public Recipe withMaxSteps(OptionalLong limit) {
    return new Recipe(epochs, batchSize, optimizer, schedule, seed, shuffle, limit);
  }

  /**
   * This recipe for going on until {@code total} epochs are done in all. What is already trained
   * must stay what it was, so the schedule keeps its shape: fewer epochs end it early, and more are
   * for a constant schedule only.
   *
   * @param samples in the training set
   * @throws JacquardException if the schedule was planned for fewer epochs
   */
  public Recipe resumedUntil(int total, int samples) {
    atLeastOne("epochs", total);
    if (schedule == Schedule.CONSTANT) {
      return new Recipe(total, batchSize, optimizer, schedule, seed, shuffle, maxSteps);
    }
    if (total > epochs) {
      throw new JacquardException(
          total
              + " epochs are more than the "
              + epochs
              + " that the "
              + schedule.label()
              + " schedule was planned for; only a constant schedule can go on longer");
    }
    long limit = (long) total * stepsPerEpoch(samples);
    return total == epochs
        ? this
        : withMaxSteps(OptionalLong.of(Math.min(limit, maxSteps.orElse(Long.MAX_VALUE))));
  }
}
