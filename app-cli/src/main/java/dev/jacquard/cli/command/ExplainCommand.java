package dev.jacquard.cli.command;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Trainer;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.cli.option.PositiveCount;
import dev.jacquard.network.Network;
import dev.jacquard.network.TrainingDefaults;
import dev.jacquard.tensor.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Shows the plans that a device makes of a network, for training and for inference. */
@Command(name = "explain", sortOptions = false)
public final class ExplainCommand implements Runnable {
  private final Console console;

  @Mixin ComputeOptions compute = ComputeOptions.without("--seed", "--data", "--offline");

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      converter = PositiveCount.class,
      description = "Samples a step (default: the network's).")
  Integer batchSize;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  /** A command that writes to {@code console}. */
  public ExplainCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    ClassLoader loader = compute.plugins().loader();
    Network network = compute.network().load(loader);
    TrainingDefaults defaults = network.trainingOrStandard();
    int batch = batchSize == null ? defaults.batchSize() : batchSize;
    DeviceChoice choice = compute.choose(console, loader);
    try (Device device = choice.open();
        Session session = device.session(network.lower(DType.U8), compute.sessionConfig());
        Trainer trainer = session.trainer(batch, defaults.optimizer());
        Predictor predictor = session.predictor(batch)) {
      print(network, choice, batch, trainer.plan(), predictor.plan(), session.memory());
    }
  }

  private void print(
      Network network,
      DeviceChoice choice,
      int batch,
      Plan training,
      Plan inference,
      MemoryUse memory) {
    if (json) {
      ObjectNode document = Json.object();
      document.put("network", network.name());
      document.put("device", choice.info().id());
      document.put("precision", compute.precision().label());
      document.put("batch_size", batch);
      document.set("training", PlanReport.json(training));
      document.set("inference", PlanReport.json(inference));
      document.set("memory", PlanReport.json(memory));
      console.print(Json.text(document));
      return;
    }
    console.print(
        "Network "
            + network.name()
            + " on "
            + choice.title()
            + ", batch "
            + batch
            + ", "
            + compute.precision().label());
    console.print("");
    PlanReport.lines("Training step", training).forEach(console::print);
    console.print("");
    PlanReport.lines("Inference", inference).forEach(console::print);
    console.print("");
    console.print(PlanReport.line(memory));
  }
}
