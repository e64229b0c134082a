package dev.jacquard.cli.command;

import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Table;
import dev.jacquard.cli.console.Table.Column;
import dev.jacquard.cli.option.CommonOptions;
import dev.jacquard.cli.option.DataOptions;
import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Shows shapes, the range of values and how often each class occurs. */
@Command(
    name = "stats",
    sortOptions = false,
    description = "Shows shapes, the range of values and the counts of the classes.")
public final class DataStatsCommand implements Runnable {
  private final Console console;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Mixin DataOptions data;
  @Mixin CommonOptions common;

  /** A command that writes to {@code console}. */
  public DataStatsCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Path folder = data.find(console, common.quiet());
    List<Statistics> splits = new ArrayList<>();
    for (Split split : Split.values()) {
      splits.add(Statistics.of(split.title(), FashionMnist.load(folder, split)));
    }
    if (json) {
      ObjectNode document = Json.object();
      document.put("folder", folder.toString());
      document.set("classes", Json.texts(FashionMnist.CLASSES));
      splits.forEach(each -> document.set(each.split(), each.json()));
      console.print(Json.text(document));
    } else {
      console.print("Fashion-MNIST in " + folder);
      splits.forEach(each -> console.print(each.line()));
      console.print("");
      classes(splits).forEach(console::print);
    }
  }

  private static List<String> classes(List<Statistics> splits) {
    List<Column> columns = new ArrayList<>(List.of(Column.text("Class")));
    splits.forEach(each -> columns.add(Column.number(each.split())));
    Table table = new Table(columns);
    for (int c = 0; c < FashionMnist.CLASSES.size(); c++) {
      List<String> row = new ArrayList<>(List.of(c + " " + FashionMnist.CLASSES.get(c)));
      for (Statistics each : splits) {
        row.add(Numbers.grouped(each.counts().get(c)));
      }
      table.row(row.toArray(String[]::new));
    }
    return table.lines();
  }

  /**
   * Of one split.
   *
   * @param split its name
   * @param shape of its images, {@code [N, H, W, C]}
   * @param least the smallest byte
   * @param greatest the largest
   * @param mean of all bytes
   * @param counts of each class
   */
  private record Statistics(
      String split,
      List<Integer> shape,
      int least,
      int greatest,
      double mean,
      List<Integer> counts) {
    static Statistics of(String split, DataSet set) {
      int least = 255;
      int greatest = 0;
      long sum = 0;
      for (byte stored : set.bytes()) {
        int value = stored & 0xFF;
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
        sum += value;
      }
      Integer[] counts = new Integer[set.classes().size()];
      Arrays.fill(counts, 0);
      for (int label : set.labels()) {
        counts[label]++;
      }
      List<Integer> shape = new ArrayList<>(List.of(set.size()));
      for (int extent : set.sample().dims()) {
        shape.add(extent);
      }
      double mean = (double) sum / set.bytes().length;
      return new Statistics(split, shape, least, greatest, mean, List.of(counts));
    }

    String line() {
      return String.format(
          Locale.ROOT,
          "%-6s images %s, labels [%d], bytes %d to %d, mean %.2f",
          split + ":",
          shape,
          shape.get(0),
          least,
          greatest,
          mean);
    }

    ObjectNode json() {
      ObjectNode json = Json.object();
      json.set("shape", Json.numbers(shape.stream().mapToInt(Integer::intValue).toArray()));
      json.put("min", least);
      json.put("max", greatest);
      json.put("mean", mean);
      json.set("class_counts", Json.numbers(counts.stream().mapToInt(Integer::intValue).toArray()));
      return json;
    }
  }
}
