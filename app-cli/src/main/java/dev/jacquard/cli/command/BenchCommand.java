package dev.jacquard.cli.command;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.cli.bench.Bench;
import dev.jacquard.cli.bench.BenchJson;
import dev.jacquard.cli.bench.BenchReport;
import dev.jacquard.cli.bench.BenchRun;
import dev.jacquard.cli.bench.BenchSetting;
import dev.jacquard.cli.bench.Comparison;
import dev.jacquard.cli.bench.FirstStep;
import dev.jacquard.cli.bench.FirstStep.Training;
import dev.jacquard.cli.bench.FirstSteps;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.cli.option.PositiveCount;
import dev.jacquard.cli.option.PositiveNumber;
import dev.jacquard.cli.option.ReportDocument;
import dev.jacquard.cli.option.UsageException;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import dev.jacquard.network.Network;
import dev.jacquard.network.TrainingDefaults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures training and inference on a device, and each stage's share of a step. */
@Command(name = "bench", sortOptions = false)
public final class BenchCommand implements Runnable {
  /** With spaces or without; what is behind the last must not be nothing. */
  private static final String COMMA = "\\s*,\\s*(?!$)";

  /** One sample, the usual, many, and enough for a large device. */
  private static final List<Integer> USUAL = List.of(1, 64, 512, 2048);

  /** The flag by which backends that keep what they compile are told not to. */
  private static final String NO_CACHE = "no-cache";

  private final Console console;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      split = COMMA,
      splitSynopsisLabel = ",",
      converter = PositiveCount.class,
      description = "Samples a training step (default: 1,64,512,2048).")
  List<Integer> batchSizes;

  @Option(
      names = "--inference-batch-size",
      paramLabel = "N",
      split = COMMA,
      splitSynopsisLabel = ",",
      converter = PositiveCount.class,
      description = "Test images classified at once (default: 1,64,512,2048).")
  List<Integer> inferenceBatchSizes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "8",
      converter = PositiveNumber.class,
      description =
          "How long each measurement takes, about; what does not fit is measured in part and"
              + " extrapolated (default: 8).")
  double seconds;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "" + Integer.MAX_VALUE,
      converter = PositiveCount.class,
      description = "Steps of a round at most (default: an epoch).")
  int steps;

  @Mixin ReportDocument json;

  @Option(
      names = "--compare",
      arity = "2",
      paramLabel = "FILE",
      description =
          "Instead, tell what moved from the first file of --json to the second, and whether that is"
              + " more than their rounds differ.")
  List<Path> compare;

  @Mixin ComputeOptions compute = ComputeOptions.all();

  /** A command that writes to {@code console}. */
  public BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (compare != null) {
      compare();
    } else {
      measure();
    }
  }

  private void measure() {
    json.requireWritable();
    ClassLoader loader = compute.plugins().loader();
    compute.requireBackend(loader);
    Network network = compute.network().load(loader, FashionMnist.CLASSES.size());
    Path folder = compute.data().find(console, compute.common().quiet());
    DataSet data = FashionMnist.load(folder, Split.TRAIN);
    DataSet test = FashionMnist.load(folder, Split.TEST);
    List<Integer> batches = sizes(batchSizes, data);
    batches.forEach(batch -> Bench.requireBatch("--batch-size", data, batch));
    sizes(inferenceBatchSizes, test)
        .forEach(batch -> Bench.requireBatch("--inference-batch-size", test, batch));
    DeviceChoice choice = compute.choose(console, loader);
    TrainingDefaults defaults = network.trainingOrStandard();
    int usual = batches.contains(defaults.batchSize()) ? defaults.batchSize() : batches.get(0);
    Training training =
        new Training(
            network.lower(data.dtype()),
            compute.sessionConfig(),
            data,
            usual,
            defaults.optimizer());
    measure(network, choice, training, batches, test);
  }

  private void measure(
      Network network,
      DeviceChoice choice,
      Training training,
      List<Integer> batches,
      DataSet test) {
    FirstSteps first = firstSteps(choice, training);
    try (Device device = choice.open()) {
      Bench bench = new Bench(device, training.graph(), training.config(), limits());
      BenchRun run = new BenchRun(bench, first, this::note);
      BenchSetting setting = setting(network, choice, device);
      try {
        run.verify(choice, training.batch());
        batches.forEach(batch -> run.training(training.data(), batch, training.rule()));
        sizes(inferenceBatchSizes, test).forEach(batch -> run.inference(test, batch));
        run.firstStep(choice::open, training);
      } catch (RuntimeException | OutOfMemoryError e) {
        if (run.hasResults()) {
          tell(setting, run.report(), Optional.of(failed(e)));
        }
        throw e;
      }
      tell(setting, run.report(), Optional.empty());
    }
  }

  private void note(String line) {
    console.note(compute.common().quiet(), line);
  }

  private void compare() {
    if (json.isWanted()) {
      throw new UsageException("--compare measures nothing that --json could write; leave one out");
    }
    Comparison.of(compare.get(0), compare.get(1)).lines().forEach(console::print);
  }

  /** Those that were asked for, else the usual ones that the data set has samples for. */
  private static List<Integer> sizes(List<Integer> given, DataSet data) {
    if (given != null) {
      return given;
    }
    return USUAL.stream().filter(batch -> batch <= data.size()).toList();
  }

  private Bench.Limits limits() {
    return new Bench.Limits(seconds, steps);
  }

  /** Before anything else touches the device, and without what was compiled before. */
  private FirstSteps firstSteps(DeviceChoice choice, Training training) {
    note("Measuring the time to the first step ...");
    Map<String, String> texts = new HashMap<>(compute.backendArguments().texts());
    boolean cache =
        choice.provider().options().stream().anyMatch(option -> option.name().equals(NO_CACHE))
            && texts.putIfAbsent(NO_CACHE, "true") == null;
    BackendOptions options = BackendOptions.parse(choice.provider().options(), texts);
    FirstStep first =
        FirstStep.measure(() -> choice.provider().open(choice.info().id(), options), training);
    return new FirstSteps(training.batch(), cache, first, Optional.empty());
  }

  private BenchSetting setting(Network network, DeviceChoice choice, Device device) {
    return new BenchSetting(
        network,
        choice.info().backend(),
        choice.info(),
        options(choice),
        arguments(choice),
        compute.sessionConfig(),
        limits(),
        device.stageClock(),
        Version.current(),
        Version.commit());
  }

  /** Prints the report and writes it, of a part of the measurements where one failed. */
  private void tell(BenchSetting setting, BenchReport report, Optional<String> failure) {
    Console results = json.results(console);
    setting.lines().forEach(results::print);
    report.lines().forEach(results::print);
    json.write(console, BenchJson.of(setting, report, failure));
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
}
