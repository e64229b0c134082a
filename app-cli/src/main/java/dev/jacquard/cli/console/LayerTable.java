package dev.jacquard.cli.console;

import dev.jacquard.network.LayerSummary;
import dev.jacquard.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network's layers as people read them, in the terminal and in a report.
 *
 * @param headings of the columns: a layer, its output's shape, its parameters, its FLOPs and, where
 *     layers do not simply follow each other, what it is connected to
 * @param rows a cell for each heading
 * @param totals of the network, by what they are
 */
public record LayerTable(List<String> headings, List<List<String>> rows, Map<String, Long> totals) {
  /** The columns of numbers. */
  public static final List<Integer> NUMBERS = List.of(2, 3);

  /** The name of the first total. */
  public static final String PARAMETERS = "Total parameters";

  /** Of a network. */
  public static LayerTable of(Network network) {
    List<LayerSummary> layers = network.summary();
    boolean sequential = isSequential(layers);
    List<String> headings =
        new ArrayList<>(List.of("Layer (type)", "Output shape", "Parameters", "FLOPs"));
    if (!sequential) {
      headings.add("Connected to");
    }
    List<List<String>> rows = new ArrayList<>();
    for (LayerSummary layer : layers) {
      List<String> cells = new ArrayList<>();
      cells.add(layer.name() + " (" + layer.type() + ")");
      cells.add(layer.output().toString());
      cells.add(Numbers.grouped(layer.parameters()));
      cells.add(Numbers.grouped(layer.flops()));
      if (!sequential) {
        cells.add(String.join(", ", layer.inputs()));
      }
      rows.add(cells);
    }
    return new LayerTable(headings, rows, totals(network));
  }

  private static Map<String, Long> totals(Network network) {
    long trainable = network.trainableParameters();
    Map<String, Long> totals = new LinkedHashMap<>();
    totals.put(PARAMETERS, network.parameters());
    totals.put("Trainable parameters", trainable);
    totals.put("Non-trainable parameters", network.parameters() - trainable);
    totals.put("FLOPs of an inference", network.flops());
    return totals;
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
}
