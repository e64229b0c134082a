package dev.jacquard.cli.command;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.Devices;
import dev.jacquard.backend.Tuner;
import dev.jacquard.checkpoint.BoundedFile;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Interruption;
import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.OutputFile;
import dev.jacquard.cli.console.Printable;
import dev.jacquard.cli.console.StandardInput;
import dev.jacquard.cli.console.StatusLine;
import dev.jacquard.cli.option.Budget;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.cli.option.PositiveCount;
import dev.jacquard.cli.option.ReportDocument;
import dev.jacquard.cli.option.UsageException;
import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.graph.Graph;
import dev.jacquard.network.Network;
import dev.jacquard.network.TrainingDefaults;
import dev.jacquard.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Finds how a device trains a network fastest, and shows and exchanges what was found. */
@Command(name = "tune", sortOptions = false)
public final class TuneCommand implements Callable<Integer> {
  private static final int MOST_BYTES = 1 << 20;

  private final Console console;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = Budget.class,
      description = "How long to search, with the start: 60s, 5m, 1h (default: 60s).")
  double budget;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      converter = PositiveCount.class,
      description = "Samples of a training step (default: the network's).")
  Integer batchSize;

  @ArgGroup Exchange exchange;

  @Mixin ReportDocument json;

  @Mixin
  ComputeOptions compute =
      ComputeOptions.without("--data", "--offline")
          .telling(
              "--backend",
              "The device; auto takes the best that has something to tune (default: auto).");

  /** What is done instead of a search. */
  static final class Exchange {
    @Option(names = "--list", description = "Show what is known of this device.")
    boolean list;

    @Option(
        names = "--export",
        paramLabel = "FILE",
        description = "Write what was found on this device into a file; - is the standard output.")
    OutputFile export;

    @Option(
        names = "--import",
        paramLabel = "FILE",
        description =
            "Take over what was found on another machine that has such a device; - is the"
                + " standard input.")
    Path from;
  }

  /** A command that writes to {@code console}. */
  public TuneCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    long start = System.nanoTime();
    requireUsed();
    json.requireWritable();
    ClassLoader loader = compute.plugins().loader();
    Network network = compute.network().load(loader, FashionMnist.CLASSES.size());
    if (exchange != null) {
      try (Device device = open(loader)) {
        exchange(tuner(device));
        return 0;
      }
    }
    try (Interruption interruption =
            Interruption.awaited(console.err(), "Stopping before the search begins");
        Device device = open(loader)) {
      return search(tuner(device), network, start, interruption);
    }
  }

  /** With {@code auto}, the best device that has something to tune: there is no use for others. */
  private Device open(ClassLoader loader) {
    if (compute.backend().equals(Devices.AUTO)) {
      List<String> without = new ArrayList<>();
      for (DeviceChoice choice : DeviceChoice.usable(loader, compute.backendArguments().texts())) {
        Device device = choice.open();
        if (device.tuner().isPresent()) {
          compute.tell(console, choice);
          tellPassedOver(without, choice.info().id());
          return device;
        }
        device.close();
        without.add(choice.info().id());
      }
      if (!without.isEmpty()) {
        throw new JacquardException(
            haveNone(without)
                + ", and no other device can be used with these options; \""
                + Invocation.command()
                + " devices\" lists them with what they lack");
      }
    }
    return compute.choose(console, loader).open();
  }

  /** Other commands take what is passed over here. */
  private void tellPassedOver(List<String> devices, String chosen) {
    if (!devices.isEmpty()) {
      console.note(
          compute.common().quiet(),
          haveNone(devices) + ". What is found is used with --backend " + chosen);
    }
  }

  private static String haveNone(List<String> devices) {
    return String.join(" and ", devices)
        + (devices.size() == 1 ? " has" : " have")
        + " nothing to tune";
  }

  private static Tuner tuner(Device device) {
    return device
        .tuner()
        .orElseThrow(
            () ->
                new JacquardException(
                    device.info().id()
                        + " has nothing to tune; choose another device with --backend, of those"
                        + " that \""
                        + Invocation.command()
                        + " devices\" lists"));
  }

  /** What is found must not seem to be for what the search has passed over. */
  private void requireUsed() {
    if (!compute.fuse()) {
      throw new UsageException(
          "--no-fuse: the search times the stages of a fused step; leave it out");
    }
    if (exchange != null && json.isWanted()) {
      throw new UsageException(
          "--list, --export and --import search nothing that --json could write; leave one out");
    }
  }

  private void exchange(Tuner tuner) {
    if (exchange.export != null) {
      exchange.export.write(console, tuner.export());
    } else if (exchange.from != null) {
      int launches = tuner.adopt(text(exchange.from));
      console.print(
          launches == 0
              ? "Nothing taken over: the kernels have changed since it was found."
              : "Taken over: the choices for "
                  + launches
                  + (launches == 1 ? " launch." : " launches."));
    } else {
      TuningReport.known(tuner.known()).stream().map(Printable::text).forEach(console::print);
    }
  }

  private static String text(Path file) {
    if (StandardInput.isMeant(file)) {
      return new String(StandardInput.read(MOST_BYTES), StandardCharsets.UTF_8);
    }
    try {
      return BoundedFile.text(file, MOST_BYTES)
          .orElseThrow(
              () ->
                  new JacquardException(
                      file
                          + " has more than "
                          + MOST_BYTES
                          + " bytes; expected what tune --export wrote"));
    } catch (IOException e) {
      throw new JacquardException(
          file
              + " cannot be read: "
              + IoReason.of(e)
              + "; expected what \"tune --export FILE\" wrote",
          e);
    }
  }

  private int search(Tuner tuner, Network network, long start, Interruption interruption) {
    TrainingDefaults defaults = network.trainingOrStandard();
    int batch = batchSize == null ? defaults.batchSize() : batchSize;
    Graph graph = network.lower(DType.U8);
    StatusLine line = new StatusLine(console.err(), compute.common().quiet());
    interruption.onRequest(
        "Stopping after this candidate; what was found is kept", line::requestStop);
    TuningProgress progress = new TuningProgress(line, start, budget);
    Tuner.Outcome outcome =
        tuner.tune(
            graph,
            new Tuner.Request(batch, compute.seed(), progress.left(), compute.precision()),
            progress);
    line.clear();
    Console results = json.results(console);
    TuningReport.lines(outcome, batch).forEach(results::print);
    if (!outcome.complete()) {
      results.print(unfinished(outcome, line.isStopRequested()));
    }
    json.write(console, json(network, batch, outcome));
    return line.isStopRequested() ? Interruption.STATUS : 0;
  }

  private static String unfinished(Tuner.Outcome outcome, boolean interrupted) {
    if (interrupted) {
      return "Interrupted before all was tried; another search goes on from what is kept.";
    }
    return outcome.tried() == 0
        ? "The time was over before a candidate was tried, because it counts from the command's"
            + " start; --budget gives more."
        : "The time was over before all was tried; --budget gives more.";
  }

  private ObjectNode json(Network network, int batch, Tuner.Outcome outcome) {
    ObjectNode document = Json.object();
    document.put("network", network.name());
    document.put("batch_size", batch);
    document.put("seed", compute.seed());
    document.put("budget_seconds", budget);
    document.put("step_seconds_before", outcome.before());
    document.put("step_seconds_after", outcome.after());
    document.put("tried", outcome.tried());
    document.put("refused", outcome.refused());
    document.put("complete", outcome.complete());
    document.put("kept", outcome.kept());
    outcome.changes().forEach(document.putArray("changes")::add);
    return document;
  }
}
