package dev.jacquard.cli.command;

import dev.jacquard.backend.Device;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Table;
import dev.jacquard.cli.console.Table.Column;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.run.NamedModel;
import dev.jacquard.cli.run.Trained;
import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.Split;
import dev.jacquard.model.Model;
import dev.jacquard.train.Evaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Evaluates a trained network on the test images. */
@Command(name = "evaluate", sortOptions = false)
public final class EvaluateCommand implements Runnable {
  private final Console console;

  @Parameters(paramLabel = "RUN|MODEL", description = "A run folder or a .safetensors file.")
  Path model;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Mixin ComputeOptions compute = ComputeOptions.without("--seed").ofModel();

  /** A command that writes to {@code console}. */
  public EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    TrainedModel trained = TrainedModel.read(model, compute);
    compute.requireBackend(trained.loader());
    DataSet test = compute.data().load(console, compute.common().quiet(), Split.TEST);
    trained.network().requireClasses(test.classes().size());
    try (Device device = compute.choose(console, trained.loader()).open();
        Model loaded = trained.open(device, compute.sessionConfig())) {
      print(loaded.evaluate(test), trained.named());
    }
  }

  private void print(Evaluation evaluation, NamedModel named) {
    if (json) {
      ObjectNode document = json(evaluation);
      named.state().ifPresent(known -> put(document, known));
      console.print(Json.text(document));
      return;
    }
    named.unfinished().ifPresent(line -> console.note(compute.common().quiet(), line));
    console.print("Test loss: " + Numbers.share(evaluation.loss()));
    console.print("Test accuracy: " + Numbers.share(evaluation.accuracy()));
    console.print("");
    evaluation.classificationReport().lines().forEach(console::print);
    console.print("");
    console.print("Confusion matrix (rows: true class, columns: predicted class)");
    confusion(evaluation).forEach(console::print);
  }

  private static List<String> confusion(Evaluation evaluation) {
    List<String> classes = evaluation.classes();
    List<Column> columns = new ArrayList<>();
    columns.add(Column.text(""));
    for (int c = 0; c < classes.size(); c++) {
      columns.add(Column.number(Integer.toString(c)));
    }
    Table table = new Table(columns);
    for (int truth = 0; truth < classes.size(); truth++) {
      String[] row = new String[classes.size() + 1];
      row[0] = truth + " " + classes.get(truth);
      for (int c = 0; c < classes.size(); c++) {
        row[c + 1] = Integer.toString(evaluation.count(truth, c));
      }
      table.row(row);
    }
    return table.lines();
  }

  private static void put(ObjectNode document, Trained state) {
    if (state.steps() > 0 && state.plannedSteps() > 0) {
      document.put("steps", state.steps());
      document.put("planned_steps", state.plannedSteps());
      document.put("finished", !state.isUnfinished());
    }
  }

  private static ObjectNode json(Evaluation evaluation) {
    ObjectNode document = Json.object();
    document.put("test_loss", evaluation.loss());
    document.put("test_accuracy", evaluation.accuracy());
    ArrayNode matrix = document.putArray("confusion_matrix");
    for (int[] row : evaluation.confusionMatrix()) {
      matrix.add(Json.numbers(row));
    }
    document.set("classes", Json.texts(evaluation.classes()));
    return document;
  }
}
