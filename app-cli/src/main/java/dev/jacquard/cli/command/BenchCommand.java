package dev.jacquard.cli.command;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.checkpoint.AtomicFile;
import dev.jacquard.cli.bench.Bench;
import dev.jacquard.cli.bench.BenchReport;
import dev.jacquard.cli.bench.BenchRun;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.option.BackendArguments;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.cli.option.PositiveCount;
import dev.jacquard.cli.option.PositiveRate;
import dev.jacquard.cli.option.TakesBackendOptions;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Network;
import dev.jacquard.network.TrainingDefaults;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Measures training and inference on a device, and each stage's share of a step. */
@Command(name = "bench", sortOptions = false)
public final class BenchCommand implements Runnable, TakesBackendOptions {
  /** With spaces or without; what is behind the last must not be nothing. */
  private static final String COMMA = "\\s*,\\s*(?!$)";

  private final Console console;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      split = COMMA,
      splitSynopsisLabel = ",",
      defaultValue = "64,512",
      converter = PositiveCount.class,
      description = "Samples a training step (default: 64,512).")
  List<Integer> batchSizes;

  @Option(
      names = "--inference-batch-size",
      paramLabel = "N",
      split = COMMA,
      splitSynopsisLabel = ",",
      defaultValue = "256,2000",
      converter = PositiveCount.class,
      description = "Test images classified at once (default: 256,2000).")
  List<Integer> inferenceBatchSizes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "20",
      converter = PositiveRate.class,
      description = {
        "How long each measurement takes, about; what does not fit is measured in part and",
        "extrapolated (default: 20)."
      })
  double seconds;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "" + Integer.MAX_VALUE,
      converter = PositiveCount.class,
      description = "Steps of a round at most (default: an epoch).")
  int steps;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON, too.")
  Path json;

  @Mixin ComputeOptions compute;

  /** A command that writes to {@code console}. */
  public BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public BackendArguments backendArguments() {
    return compute.backendArguments();
  }

  @Override
  public void run() {
    if (json != null) {
      AtomicFile.requireWritable(json);
    }
    ClassLoader loader = compute.plugins().loader();
    Network network = compute.network().load(loader, FashionMnist.CLASSES.size());
    Path folder = compute.data().find(console);
    DataSet training = FashionMnist.load(folder, Split.TRAIN);
    DataSet test = FashionMnist.load(folder, Split.TEST);
    batchSizes.forEach(batch -> Bench.requireBatch(training, batch));
    DeviceChoice choice = compute.choose(console, loader);
    try (Device device = choice.open()) {
      Bench bench =
          new Bench(
              device,
              network.lower(training.dtype()),
              compute.sessionConfig(),
              new Bench.Limits(seconds, steps));
      BenchRun run = new BenchRun(bench, line -> console.note(compute.common().quiet(), line));
      try {
        measure(run, network, training, test);
      } catch (RuntimeException | OutOfMemoryError e) {
        if (run.hasResults()) {
          tell(network, choice, run.report(), Optional.of(e));
        }
        throw e;
      }
      tell(network, choice, run.report(), Optional.empty());
    }
  }

  private void measure(BenchRun run, Network network, DataSet training, DataSet test) {
    Optimizer rule = network.training().orElseGet(TrainingDefaults::standard).optimizer();
    for (int batch : batchSizes) {
      run.training(training, batch, rule);
    }
    for (int batch : inferenceBatchSizes) {
      run.inference(test, batch);
    }
  }

  /** Prints the report and writes it, of a part of the measurements where one failed. */
  private void tell(
      Network network, DeviceChoice choice, BenchReport report, Optional<Throwable> failure) {
    console.print(
        "Network "
            + network.name()
            + " on "
            + choice.title()
            + ", "
            + compute.precision().label()
            + (compute.fuse() ? "" : ", not fused")
            + "; driver "
            + choice.info().driver());
    console.print("With " + String.join(" ", arguments(choice)));
    report.lines().forEach(console::print);
    if (json != null) {
      write(network, choice, report, failure);
    }
  }

  /** What bears on the numbers, as it would be given. */
  private List<String> arguments(DeviceChoice choice) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--seed " + compute.seed());
    arguments.add("--seconds " + seconds);
    if (steps < Integer.MAX_VALUE) {
      arguments.add("--steps " + steps);
    }
    for (BackendOption<?> option : choice.provider().options()) {
      Object value = choice.options().get(option);
      if (!option.isFlag()) {
        arguments.add("--" + option.name() + " " + value);
      } else if (Boolean.TRUE.equals(value)) {
        arguments.add("--" + option.name());
      }
    }
    return arguments;
  }

  /** The values of all options that the backend has, by name; not given, they are its defaults. */
  private static Map<String, String> options(DeviceChoice choice) {
    Map<String, String> values = new LinkedHashMap<>();
    for (BackendOption<?> option : choice.provider().options()) {
      values.put(option.name(), String.valueOf(choice.options().get(option)));
    }
    return values;
  }

  private static String failed(Throwable e) {
    return e instanceof JacquardException ? e.getMessage() : e.toString();
  }

  private void write(
      Network network, DeviceChoice choice, BenchReport report, Optional<Throwable> failure) {
    DeviceInfo info = choice.info();
    ObjectNode document = Json.object();
    failure.ifPresent(e -> document.put("failure", failed(e)));
    document.put("network", network.name());
    document.put("backend", DeviceChoice.backendOf(info));
    document.put("device", info.id());
    document.put("device_name", info.name());
    document.put("driver", info.driver());
    ObjectNode options = document.putObject("backend_options");
    options(choice).forEach(options::put);
    document.put("precision", compute.precision().label());
    document.put("fuse", compute.fuse());
    document.put("seed", compute.seed());
    document.put("seconds", seconds);
    if (steps < Integer.MAX_VALUE) {
      document.put("steps", steps);
    }
    document.put("version", Version.current());
    document.put("java", Runtime.version().toString());
    report.into(document);
    byte[] text = (Json.text(document) + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(json, out -> out.write(text));
  }
}
