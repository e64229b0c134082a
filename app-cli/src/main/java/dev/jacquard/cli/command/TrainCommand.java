package dev.jacquard.cli.command;

import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Interruption;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.option.Plugins;
import dev.jacquard.cli.option.TrainOptions;
import dev.jacquard.cli.option.UsageException;
import dev.jacquard.cli.run.RunFolder;
import dev.jacquard.cli.run.RunSettings;
import dev.jacquard.cli.run.RunSettings.StepSettings;
import dev.jacquard.cli.training.TrainingJob;
import dev.jacquard.cli.training.TrainingRequest;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import dev.jacquard.train.Checkpoint;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** Trains a network, or goes on with a training, and writes a run folder. */
@Command(name = "train", sortOptions = false)
public final class TrainCommand implements Callable<Integer> {
  /** What may be said anew of a training that goes on: nothing that would change its bits. */
  private static final List<String> WITH_RESUME =
      List.of(
          "--resume",
          "--epochs",
          "--max-steps",
          "--data",
          "--offline",
          "--plugins",
          "--no-report",
          "--quiet",
          "--debug");

  private final Console console;
  @Mixin TrainOptions options;

  @Mixin
  ComputeOptions compute =
      ComputeOptions.all()
          .telling(
              "--network",
              "The network, by name or as a file, such as a run's network.json (default:"
                  + " fmnist-reference; with --resume the run's own).");

  @Spec CommandSpec spec;

  /** A command that writes to {@code console}. */
  public TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Interruption interruption =
        Interruption.awaited(console.err(), "Stopping before training begins")) {
      return options.resume().isPresent()
          ? resume(options.resume().get(), interruption)
          : begin(interruption);
    }
  }

  private int begin(Interruption interruption) {
    ClassLoader loader = compute.plugins().loader();
    compute.requireBackend(loader);
    Network network = compute.network().load(loader, FashionMnist.CLASSES.size());
    network.remarks().forEach(remark -> console.note(compute.common().quiet(), remark));
    RunSettings settings = options.settings(network, compute);
    RunFolder folder = RunFolder.create(options.out(), network);
    return run(
        new TrainingRequest(
            network, settings, folder, Optional.empty(), OptionalInt.empty(), options.report()),
        loader,
        interruption);
  }

  private int resume(Path path, Interruption interruption) {
    requireResumable();
    RunFolder folder = RunFolder.toGoOn(path);
    try {
      return resume(folder, interruption);
    } finally {
      folder.discard();
    }
  }

  private int resume(RunFolder folder, Interruption interruption) {
    RunSettings saved = folder.settings();
    ClassLoader loader = Plugins.loader(compute.plugins().folder().or(folder::plugins));
    Network network = folder.network(LayerTypes.load(loader));
    Checkpoint checkpoint = folder.lastCheckpoint();
    RunSettings settings =
        saved.resumed(
            new StepSettings(saved.steps().epochs(), saved.steps().batchSize(), options.maxSteps()),
            data(saved),
            compute.data().offline(),
            compute.backendArguments().texts());
    return run(
        new TrainingRequest(
            network, settings, folder, Optional.of(checkpoint), options.epochs(), options.report()),
        loader,
        interruption);
  }

  /** The run's own folder may be gone, and the data set elsewhere; its digest tells. */
  private Optional<Path> data(RunSettings saved) {
    Optional<Path> given = compute.data().folder().map(Path::toAbsolutePath);
    Optional<Path> own = saved.samples().data();
    if (given.isPresent() || own.map(FashionMnist::isIn).orElse(true)) {
      return given.or(() -> own);
    }
    console.note(
        compute.common().quiet(),
        "run.json's data is "
            + own.get()
            + ", which does not hold the data set; looking for it elsewhere.");
    return Optional.empty();
  }

  private void requireResumable() {
    Set<String> allowed = new HashSet<>(WITH_RESUME);
    compute.backendArguments().texts().keySet().forEach(name -> allowed.add("--" + name));
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (!allowed.contains(option.longestName())) {
        throw new UsageException(
            option.longestName()
                + " cannot be given with --resume, which goes on as the run began; leave it out, or"
                + " begin a new run with --initial-weights");
      }
    }
  }

  private int run(TrainingRequest request, ClassLoader loader, Interruption interruption) {
    return new TrainingJob(console, request, loader, compute.common().quiet(), Version.current())
        .run(interruption);
  }
}
