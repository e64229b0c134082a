package dev.jacquard.cli.bench;

import dev.jacquard.backend.Roofline;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Table;
import dev.jacquard.cli.console.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was measured, for people and as JSON.
 *
 * @param roofline what the device does at most, if it is known
 * @param training of each batch size
 * @param inference of each batch size
 */
public record BenchReport(
    Optional<Roofline> roofline, List<Measured> training, List<Measured> inference) {
  private static final int WIDEST = 36;

  /** Copies the lists. */
  public BenchReport {
    training = List.copyOf(training);
    inference = List.copyOf(inference);
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        roofline
            .map(
                most ->
                    "The device does at most "
                        + rate(most.flopsPerSecond())
                        + "FLOP/s in fp32 and copies "
                        + rate(most.bytesPerSecond())
                        + "B/s (measured)")
            .orElse(
                "No roofline: this backend has no program that measures its device, or it failed"));
    lines.add("");
    lines.addAll(trainingTable());
    lines.add("");
    lines.addAll(inferenceTable());
    for (Measured each : training) {
      lines.addAll(stages("Stages of a training step, batch ", each));
    }
    for (Measured each : inference) {
      lines.addAll(stages("Stages of an inference, batch ", each));
    }
    if (exceedsRoofline()) {
      lines.add("");
      lines.add(
          "A share above 100 %: what a stage reads may still be in a cache, while the roofline is a"
              + " copy of up to 256 MiB; or others used the device whenever it was probed.");
    }
    return lines;
  }

  private boolean exceedsRoofline() {
    return Stream.concat(training.stream(), inference.stream())
        .flatMap(each -> each.stages().stream())
        .anyMatch(each -> each.of(roofline).orElse(0) > 1);
  }

  private List<String> trainingTable() {
    Table table =
        new Table(
            List.of(
                Column.number("Training, batch"),
                Column.number("step"),
                Column.number("fastest"),
                Column.number("slowest"),
                Column.number("images/s"),
                Column.number("epoch"),
                Column.number("launches a step"),
                Column.text("measured")));
    for (Measured each : training) {
      table.row(row(each, " steps"));
    }
    return table.lines();
  }

  private List<String> inferenceTable() {
    Table table =
        new Table(
            List.of(
                Column.number("Inference, batch"),
                Column.number("a batch"),
                Column.number("fastest"),
                Column.number("slowest"),
                Column.number("images/s"),
                Column.number("all images"),
                Column.number("launches a batch"),
                Column.text("measured")));
    for (Measured each : inference) {
      table.row(row(each, " batches"));
    }
    return table.lines();
  }

  private static String[] row(Measured each, String unit) {
    Rounds rounds = each.rounds();
    String count = rounds.rounds().size() + " rounds of ";
    String some = Numbers.grouped(rounds.units());
    String all = Numbers.grouped(rounds.whole()) + unit;
    return new String[] {
      Integer.toString(each.batch()),
      Numbers.time(rounds.median()),
      Numbers.time(rounds.least()),
      Numbers.time(rounds.most()),
      Numbers.grouped(Math.round(each.imagesPerSecond())),
      Numbers.time(rounds.wholeSeconds()),
      Integer.toString(each.plan().launches()),
      rounds.extrapolated() ? count + some + " of " + all + ", the rest extrapolated" : count + all
    };
  }

  private List<String> stages(String title, Measured of) {
    String clock = Numbers.time(of.rounds().median()) + " by the wall clock";
    List<String> lines = new ArrayList<>();
    lines.add("");
    if (of.stages().isEmpty()) {
      lines.add(title + of.batch() + ": no stage times; " + clock);
      return lines;
    }
    double sum = of.stages().stream().mapToDouble(StageShare::seconds).sum();
    lines.add(
        title
            + of.batch()
            + ": "
            + Numbers.time(sum)
            + " in all stages, the mean of "
            + of.profiled()
            + " full batches timed after the rounds; "
            + clock
            + " in those");
    lines.add("");
    lines.addAll(table(of));
    return lines;
  }

  private List<String> table(Measured of) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.text("Stage", WIDEST));
    columns.add(Column.text("Kernel", WIDEST));
    columns.add(Column.number("Time"));
    columns.add(Column.number("Share"));
    columns.add(Column.number("FLOP"));
    columns.add(Column.number("FLOP/s"));
    columns.add(Column.number("Bytes"));
    columns.add(Column.number("Bytes/s"));
    if (roofline.isPresent()) {
      columns.add(Column.number("Of roofline"));
    }
    Table table = new Table(columns);
    of.stages().forEach(each -> table.row(cells(each)));
    return table.lines();
  }

  private String[] cells(StageShare each) {
    List<String> cells = new ArrayList<>();
    cells.add(each.stage().name());
    cells.add(each.stage().kernel());
    cells.add(Numbers.time(each.seconds()));
    cells.add(Numbers.percent(each.share()));
    cells.add(known(each.stage().flops()));
    cells.add(known(Math.round(each.flopsPerSecond())));
    cells.add(known(each.stage().bytes()));
    cells.add(known(Math.round(each.bytesPerSecond())));
    if (roofline.isPresent()) {
      OptionalDouble of = each.of(roofline);
      cells.add(of.isPresent() ? Numbers.percent(of.getAsDouble()) : "");
    }
    return cells.toArray(String[]::new);
  }

  private static String known(long number) {
    return number > 0 ? Numbers.decimal(number) : "";
  }

  private static String rate(double perSecond) {
    return Numbers.decimal(Math.round(perSecond));
  }

  /** Adds it to a document. */
  public void into(ObjectNode document) {
    roofline.ifPresent(
        most -> {
          ObjectNode node = document.putObject("roofline");
          node.put("flops_per_second", most.flopsPerSecond());
          node.put("bytes_per_second", most.bytesPerSecond());
        });
    ArrayNode steps = document.putArray("training");
    for (Measured each : training) {
      ObjectNode node = json(each, "step_seconds");
      node.put("epoch_seconds", each.rounds().wholeSeconds());
      steps.add(node);
    }
    ArrayNode batches = document.putArray("inference");
    for (Measured each : inference) {
      ObjectNode node = json(each, "batch_seconds");
      node.put("images", each.samples());
      node.put("seconds", each.rounds().wholeSeconds());
      batches.add(node);
    }
  }

  private ObjectNode json(Measured each, String time) {
    Rounds rounds = each.rounds();
    ObjectNode node = Json.object();
    node.put("batch_size", each.batch());
    ObjectNode seconds = node.putObject(time);
    seconds.put("median", rounds.median());
    seconds.put("min", rounds.least());
    seconds.put("max", rounds.most());
    node.put("images_per_second", each.imagesPerSecond());
    node.put("rounds", rounds.rounds().size());
    node.put("batches_a_round", rounds.units());
    node.put("extrapolated", rounds.extrapolated());
    node.put("launches", each.plan().launches());
    node.put("fingerprint", each.plan().fingerprint());
    node.put("profiled_batches", each.profiled());
    ArrayNode stages = node.putArray("stages");
    for (StageShare share : each.stages()) {
      ObjectNode row = stages.addObject();
      row.put("name", share.stage().name());
      row.put("kernel", share.stage().kernel());
      row.put("flops", share.stage().flops());
      row.put("bytes", share.stage().bytes());
      row.put("seconds", share.seconds());
      row.put("share", share.share());
      row.put("flops_per_second", share.flopsPerSecond());
      row.put("bytes_per_second", share.bytesPerSecond());
      share.of(roofline).ifPresent(of -> row.put("roofline_share", of));
    }
    return node;
  }
}
