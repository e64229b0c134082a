package dev.jacquard.cli.option;

import dev.jacquard.cli.run.RunSettings;
import dev.jacquard.cli.run.RunSettings.ComputeSettings;
import dev.jacquard.cli.run.RunSettings.SampleSettings;
import dev.jacquard.cli.run.RunSettings.ScheduleSettings;
import dev.jacquard.cli.run.RunSettings.StepSettings;
import dev.jacquard.cli.run.Validation;
import dev.jacquard.network.Network;
import dev.jacquard.network.Schedule;
import dev.jacquard.network.TrainingDefaults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** How to train. Null is what the user left to the network. */
public final class TrainOptions {
  private static final String NETWORKS = " (default: the network's).";

  @Option(
      names = "--epochs",
      paramLabel = "N",
      converter = PositiveCount.class,
      description = "Passes over the training set, in all" + NETWORKS)
  Integer epochs;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      converter = PositiveCount.class,
      description = "Samples a step" + NETWORKS)
  Integer batchSize;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      converter = PositiveNumber.class,
      description = "The peak, where the schedule has one" + NETWORKS)
  Double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "constant|cosine|one-cycle",
      description = "The course of the learning rate" + NETWORKS)
  Schedule schedule;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = PositiveCount.class,
      description = "Use the first N training images only.")
  Integer limit;

  @Option(
      names = "--validation",
      paramLabel = "test|SPLIT",
      defaultValue = "test",
      description =
          "Validate on the test set, or on a share of the training set held out from its end, such"
              + " as 0.1 (default: test).")
  Validation validation;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      converter = PositiveCount.class,
      description = "End after N steps, counted from the first.")
  Integer maxSteps;

  @Option(names = "--no-shuffle", description = "Take the images in their order in every epoch.")
  boolean noShuffle;

  @Option(
      names = "--initial-weights",
      paramLabel = "FILE.safetensors",
      description = "Start from the parameters in this file.")
  Path initialWeights;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run folder (default: runs/<time>-<network>).")
  Path out;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Go on with the training in this run folder.")
  Path resume;

  @Option(names = "--log-steps", description = "Write each step's loss to steps.csv.")
  boolean logSteps;

  @Option(names = "--no-report", description = "Write no report.html and no plots at the end.")
  boolean noReport;

  /** Whether a report is written at the end. */
  public boolean report() {
    return !noReport;
  }

  /** The run folder, if one was given. */
  public Optional<Path> out() {
    return Optional.ofNullable(out);
  }

  /** The run to go on with, if there is one. */
  public Optional<Path> resume() {
    return Optional.ofNullable(resume);
  }

  /** The epochs in all, if given. */
  public OptionalInt epochs() {
    return epochs == null ? OptionalInt.empty() : OptionalInt.of(epochs);
  }

  /** The step to end after, if given. */
  public OptionalLong maxSteps() {
    return maxSteps == null ? OptionalLong.empty() : OptionalLong.of(maxSteps);
  }

  /** All settings of a new training, the network's own where the user gave none. */
  public RunSettings settings(Network network, ComputeOptions compute) {
    TrainingDefaults defaults = network.trainingOrStandard();
    return new RunSettings(
        new ScheduleSettings(
            schedule == null ? defaults.schedule() : schedule,
            learningRate == null ? defaults.optimizer().learningRate() : learningRate),
        new StepSettings(
            epochs == null ? defaults.epochs() : epochs,
            batchSize == null ? defaults.batchSize() : batchSize,
            maxSteps()),
        new SampleSettings(
            compute.data().folder().map(Path::toAbsolutePath),
            compute.data().offline(),
            limit == null ? OptionalInt.empty() : OptionalInt.of(limit),
            validation,
            !noShuffle,
            Optional.ofNullable(initialWeights).map(Path::toAbsolutePath)),
        new ComputeSettings(
            compute.backend(),
            compute.backendArguments().texts(),
            compute.plugins().folder().map(TrainOptions::real),
            compute.precision(),
            compute.fuse(),
            compute.seed()),
        logSteps);
  }

  /** Without links, as a run's plug-ins must be named. */
  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      return folder.toAbsolutePath();
    }
  }
}
