package dev.jacquard.cli.command;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.Roofline;
import dev.jacquard.checkpoint.AtomicFile;
import dev.jacquard.cli.bench.Bench;
import dev.jacquard.cli.bench.BenchReport;
import dev.jacquard.cli.bench.Measured;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.option.BackendArguments;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.cli.option.PositiveCount;
import dev.jacquard.cli.option.PositiveRate;
import dev.jacquard.cli.option.TakesBackendOptions;
import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Network;
import dev.jacquard.network.TrainingDefaults;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Measures training and inference on a device, and each stage's share of a step. */
@Command(name = "bench", sortOptions = false)
public final class BenchCommand implements Runnable, TakesBackendOptions {
  private final Console console;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      split = ",",
      defaultValue = "64,512",
      converter = PositiveCount.class,
      description = "Samples a training step (default: 64,512).")
  List<Integer> batchSizes;

  @Option(
      names = "--inference-batch-size",
      paramLabel = "N",
      split = ",",
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
    DeviceChoice choice = compute.choose(console, loader);
    try (Device device = choice.open()) {
      BenchReport report = measure(device, network, training, test);
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
      report.lines().forEach(console::print);
      if (json != null) {
        write(network, choice.info(), report);
      }
    }
  }

  private BenchReport measure(Device device, Network network, DataSet training, DataSet test) {
    Bench bench =
        new Bench(
            device,
            network.lower(training.dtype()),
            compute.sessionConfig(),
            new Bench.Limits(seconds, steps));
    Optimizer rule = network.training().orElseGet(TrainingDefaults::standard).optimizer();
    Optional<Roofline> roofline = probe(device, Optional.empty());
    List<Measured> trained = new ArrayList<>();
    for (int batch : batchSizes) {
      note("training, batch " + batch);
      trained.add(bench.training(training, batch, rule));
      roofline = probe(device, roofline);
    }
    List<Measured> inferred = new ArrayList<>();
    for (int batch : inferenceBatchSizes) {
      note("inference, batch " + batch);
      inferred.add(bench.inference(test, batch));
      roofline = probe(device, roofline);
    }
    return new BenchReport(roofline, trained, inferred);
  }

  /** Again after each measurement: a ceiling that was measured beside other work is too low. */
  private static Optional<Roofline> probe(Device device, Optional<Roofline> before) {
    return device.roofline().map(now -> before.map(now::or).orElse(now));
  }

  private void note(String what) {
    console.note(compute.common().quiet(), "Measuring " + what + " ...");
  }

  private void write(Network network, DeviceInfo info, BenchReport report) {
    ObjectNode document = Json.object();
    document.put("network", network.name());
    document.put("backend", DeviceChoice.backendOf(info));
    document.put("device", info.id());
    document.put("device_name", info.name());
    document.put("driver", info.driver());
    document.put("precision", compute.precision().label());
    document.put("fuse", compute.fuse());
    document.put("version", Version.current());
    document.put("java", Runtime.version().toString());
    report.into(document);
    byte[] text = (Json.text(document) + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(json, out -> out.write(text));
  }
}
