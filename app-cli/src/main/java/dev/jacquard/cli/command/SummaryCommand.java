package dev.jacquard.cli.command;

import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.LayerTable;
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

  /** The columns of a network whose layers follow each other. */
  private static final int SEQUENTIAL = 4;

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
    shown.remarks().forEach(remark -> console.note(common.quiet(), remark));
    if (json) {
      console.print(Json.text(json(shown)));
    } else {
      lines(shown).forEach(console::print);
    }
  }

  private static List<String> lines(Network network) {
    LayerTable layers = LayerTable.of(network);
    List<String> headings = layers.headings();
    boolean connected = headings.size() > SEQUENTIAL;
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < headings.size(); i++) {
      columns.add(
          LayerTable.NUMBERS.contains(i)
              ? Column.number(headings.get(i))
              : Column.text(headings.get(i), i == 0 && !connected ? WIDE : NARROW));
    }
    Table table = new Table(columns);
    layers.rows().forEach(row -> table.row(row.toArray(String[]::new)));
    List<String> lines = new ArrayList<>();
    lines.add("Network " + network.name() + ", input " + network.inputShape());
    lines.add("");
    lines.addAll(table.lines());
    lines.add("");
    layers.totals().forEach((what, total) -> lines.add(what + ": " + Numbers.grouped(total)));
    return lines;
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
