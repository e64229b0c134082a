package dev.jacquard.cli.command;

import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Table;
import dev.jacquard.cli.console.Table.Column;
import dev.jacquard.cli.option.CommonOptions;
import dev.jacquard.cli.option.NetworkOptions;
import dev.jacquard.cli.option.Plugins;
import dev.jacquard.network.LayerSummary;
import dev.jacquard.network.Network;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows a network's layers. */
@Command(name = "summary", sortOptions = false)
public final class SummaryCommand implements Runnable {
  /** Holds {@code batch_normalization_1 (BatchNormalization)}, so that a line has 80 columns. */
  private static final int WIDE = 42;

  private static final int NARROW = 30;

  private final Console console;

  @Mixin NetworkOptions network;
  @Mixin Plugins plugins;
  @Mixin CommonOptions common;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  /** A command that writes to {@code console}. */
  public SummaryCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Network shown = network.load(plugins.loader());
    if (json) {
      console.print(Json.text(json(shown)));
    } else {
      lines(shown).forEach(console::print);
    }
  }

  private static List<String> lines(Network network) {
    List<LayerSummary> layers = network.summary();
    boolean sequential = isSequential(layers);
    List<Column> columns = new ArrayList<>();
    columns.add(Column.text("Layer (type)", sequential ? WIDE : NARROW));
    columns.add(Column.text("Output shape"));
    columns.add(Column.number("Parameters"));
    columns.add(Column.number("FLOPs"));
    if (!sequential) {
      columns.add(Column.text("Connected to", NARROW));
    }
    Table table = new Table(columns);
    for (LayerSummary layer : layers) {
      List<String> cells = new ArrayList<>();
      cells.add(layer.name() + " (" + layer.type() + ")");
      cells.add(layer.output().toString());
      cells.add(Numbers.grouped(layer.parameters()));
      cells.add(Numbers.grouped(layer.flops()));
      if (!sequential) {
        cells.add(String.join(", ", layer.inputs()));
      }
      table.row(cells.toArray(String[]::new));
    }
    List<String> lines = new ArrayList<>();
    lines.add("Network " + network.name() + ", input " + network.inputShape());
    lines.add("");
    lines.addAll(table.lines());
    lines.add("");
    long trainable = network.trainableParameters();
    lines.add("Total parameters: " + Numbers.grouped(network.parameters()));
    lines.add("Trainable parameters: " + Numbers.grouped(trainable));
    lines.add("Non-trainable parameters: " + Numbers.grouped(network.parameters() - trainable));
    lines.add("FLOPs of an inference: " + Numbers.grouped(network.flops()));
    return lines;
  }

  private static boolean isSequential(List<LayerSummary> layers) {
    String previous = Network.INPUT;
    for (LayerSummary layer : layers) {
      if (!layer.inputs().equals(List.of(previous))) {
        return false;
      }
      previous = layer.name();
    }
    return true;
  }

  private static ObjectNode json(Network network) {
    ObjectNode json = Json.object();
    json.put("name", network.name());
    json.set("input_shape", Json.numbers(network.inputShape().dims()));
    ArrayNode layers = json.putArray("layers");
    for (LayerSummary layer : network.summary()) {
      ObjectNode row = layers.addObject();
      row.put("name", layer.name());
      row.put("type", layer.type());
      row.set("output_shape", Json.numbers(layer.output().dims()));
      row.put("parameters", layer.parameters());
      row.put("trainable_parameters", layer.trainable());
      row.put("flops", layer.flops());
      row.set("inputs", Json.texts(layer.inputs()));
    }
    json.put("total_parameters", network.parameters());
    json.put("trainable_parameters", network.trainableParameters());
    json.put("non_trainable_parameters", network.parameters() - network.trainableParameters());
    json.put("flops", network.flops());
    return json;
  }
}
