package dev.jacquard.cli.bench;

import dev.jacquard.backend.Roofline;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Table;
import dev.jacquard.cli.console.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was measured.
 *
 * @param roofline what the device does at most, if it is known
 * @param verification that the device computes what it should, if that was looked at
 * @param firstSteps the time to a first step
 * @param training of each batch size
 * @param inference of each batch size
 * @param host memory of this process, after all
 */
public record BenchReport(
    Optional<Roofline> roofline,
    Optional<Verification> verification,
    FirstSteps firstSteps,
    List<Measured> training,
    List<Measured> inference,
    HostMemory host) {
  /** Said where a measurement is {@link Measured#brief}. */
  static final String BRIEF =
      "There are rounds so short that the JVM may still have been compiling in them, which makes all"
          + " times long; measure for longer with --seconds.";

  /** Copies the lists. */
  public BenchReport {
    training = List.copyOf(training);
    inference = List.copyOf(inference);
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    verification.ifPresent(done -> lines.add(verified(done)));
    lines.add(most());
    lines.add(memory());
    lines.add("");
    lines.addAll(trainingTable());
    lines.add("");
    lines.addAll(inferenceTable());
    lines.add("");
    lines.addAll(firstStepTable());
    StageTable stages = new StageTable(roofline);
    training.forEach(each -> lines.addAll(stages.lines("a training step", each)));
    inference.forEach(each -> lines.addAll(stages.lines("an inference", each)));
    if (Stream.concat(training.stream(), inference.stream()).anyMatch(Measured::brief)) {
      lines.add("");
      lines.add(BRIEF);
    }
    if (exceedsRoofline()) {
      lines.add("");
      lines.add(
          "A share above 100 %: what a stage reads may still be in a cache, while the roofline is a"
              + " copy of up to 256 MiB; or others used the device whenever it was probed.");
    }
    return lines;
  }

  private static String verified(Verification done) {
    return String.format(
        Locale.ROOT,
        "Verified in %s: %d tensors of an inference and a training step, plans for batches of %d,"
            + " agree with the reference (worst: %s %s, %.1f %% of what is allowed)",
        Numbers.time(done.seconds()),
        done.tensors(),
        done.batch(),
        done.worst().direction(),
        done.worst().tensor(),
        done.worst().share() * 100);
  }

  private String most() {
    return roofline
        .map(
            most ->
                "The device does at most "
                    + rate(most.flopsPerSecond())
                    + "FLOP/s in fp32 and copies "
                    + rate(most.bytesPerSecond())
                    + "B/s (measured)")
        .orElse("No roofline: this backend has no program that measures its device, or it failed");
  }

  private static String rate(double perSecond) {
    return Numbers.decimal(Math.round(perSecond));
  }

  private String memory() {
    String peak =
        host.peakResidentBytes().isPresent()
            ? Numbers.bytes(host.peakResidentBytes().getAsLong()) + " resident at most"
            : "what was resident is not known on this system";
    return "Host memory: heap " + Numbers.bytes(host.heapBytes()) + " after all, " + peak;
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
                Column.number("on the device"),
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
                Column.number("on the device"),
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
      Numbers.bytes(each.memory().totalBytes()),
      rounds.extrapolated() ? count + some + " of " + all + ", the rest extrapolated" : count + all
    };
  }

  private List<String> firstStepTable() {
    Table table =
        new Table(
            List.of(
                Column.text("Time to the first step, batch " + firstSteps.batch()),
                Column.number("all"),
                Column.number("open"),
                Column.number("session"),
                Column.number("upload"),
                Column.number("compile"),
                Column.number("step")));
    boolean cache = firstSteps.cache();
    row(table, "first in this process" + (cache ? ", nothing kept" : ""), firstSteps.first());
    firstSteps
        .again()
        .ifPresent(step -> row(table, "again" + (cache ? ", programs kept" : ""), step));
    List<String> lines = new ArrayList<>(table.lines());
    if (cache) {
      lines.add("The driver may keep programs of its own; that cannot be seen from here.");
    }
    return lines;
  }

  private static void row(Table table, String name, FirstStep step) {
    table.row(
        name,
        Numbers.time(step.total()),
        Numbers.time(step.open()),
        Numbers.time(step.session()),
        Numbers.time(step.upload()),
        Numbers.time(step.build()),
        Numbers.time(step.step()));
  }
}
