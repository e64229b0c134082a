package dev.jacquard.cli.run;

import dev.jacquard.backend.Precision;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import dev.jacquard.train.Recipe;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Every option of a training, defaults filled in.
 *
 * @param schedule how the learning rate goes
 * @param steps how many there are
 * @param samples what is trained and validated on
 * @param compute what it runs on, and how
 * @param logSteps whether each step's loss is written down
 */
public record RunSettings(
    ScheduleSettings schedule,
    StepSettings steps,
    SampleSettings samples,
    ComputeSettings compute,
    boolean logSteps) {

  /**
   * How the learning rate goes.
   *
   * @param kind its course
   * @param learningRate its peak
   */
  public record ScheduleSettings(Schedule kind, double learningRate) {}

  /**
   * How many steps there are.
   *
   * @param epochs in all
   * @param batchSize samples a step
   * @param maxSteps ends training early
   */
  public record StepSettings(int epochs, int batchSize, OptionalLong maxSteps) {}

  /**
   * What is trained and validated on, and from where.
   *
   * @param data the folder; empty for where the data set usually is
   * @param offline whether fetching it is forbidden
   * @param limit the first so many training images
   * @param validation after each epoch
   * @param shuffle whether each epoch has an order of its own
   * @param initialWeights a model to start from
   */
  public record SampleSettings(
      Optional<Path> data,
      boolean offline,
      OptionalInt limit,
      Validation validation,
      boolean shuffle,
      Optional<Path> initialWeights) {}

  /**
   * What it runs on.
   *
   * @param backend the user's choice
   * @param options of the backend, by name
   * @param plugins the folder of jars
   * @param precision of multiplications
   * @param fuse whether ops are merged
   * @param seed of weights, order and dropout
   */
  public record ComputeSettings(
      String backend,
      Map<String, String> options,
      Optional<Path> plugins,
      Precision precision,
      boolean fuse,
      long seed) {
    /** Copies the map. */
    public ComputeSettings {
      options = Map.copyOf(options);
    }

    /** What a session is to be like. */
    public SessionConfig sessionConfig() {
      return new SessionConfig(seed, precision, fuse);
    }

    /** The same with other values of some of the backend's options. */
    public ComputeSettings with(Map<String, String> others) {
      Map<String, String> all = new LinkedHashMap<>(options);
      all.putAll(others);
      return new ComputeSettings(backend, all, plugins, precision, fuse, seed);
    }
  }

  /** How the network is trained with the update rule {@code rule}, at this learning rate. */
  public Recipe recipe(Optimizer rule) {
    return new Recipe(
        steps.epochs(),
        steps.batchSize(),
        rule.withLearningRate(schedule.learningRate()),
        schedule.kind(),
        compute.seed(),
        samples.shuffle(),
        steps.maxSteps());
  }

  /**
   * These settings as a resume changes them.
   *
   * @param data the folder; empty for where the data set usually is
   */
  public RunSettings resumed(
      StepSettings newSteps,
      Optional<Path> data,
      boolean offline,
      Map<String, String> backendOptions) {
    return new RunSettings(
        schedule,
        newSteps,
        new SampleSettings(
            data,
            offline || samples.offline(),
            samples.limit(),
            samples.validation(),
            samples.shuffle(),
            samples.initialWeights()),
        compute.with(backendOptions),
        logSteps);
  }
}
