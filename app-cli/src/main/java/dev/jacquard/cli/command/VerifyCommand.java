package dev.jacquard.cli.command;

import dev.jacquard.backend.Precision;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Interruption;
import dev.jacquard.cli.console.Invocation;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.StatusLine;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.cli.option.ReportDocument;
import dev.jacquard.cli.option.UsageException;
import dev.jacquard.tck.Measurement;
import dev.jacquard.tck.TckCase;
import dev.jacquard.tck.TckReport;
import dev.jacquard.tck.TckResult;
import dev.jacquard.tck.TckRunner;
import dev.jacquard.tck.TckSuite;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs the conformance suite on a device. */
@Command(name = "verify", sortOptions = false)
public final class VerifyCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--case",
      paramLabel = "TEXT",
      split = ",",
      splitSynopsisLabel = ",",
      description =
          "Only the cases with this in their name, which is op/case, in capitals or not; with"
              + " several, those with any of them (default: all). All of them take minutes on a"
              + " processor through OpenCL where nothing is compiled yet.")
  List<String> texts = List.of();

  @Option(
      names = "--list",
      description = "Instead, print the names of the cases, or of those that --case asks for.")
  boolean list;

  @Mixin ReportDocument json;

  @Mixin
  ComputeOptions compute = ComputeOptions.without("--network", "--seed", "--data", "--offline");

  /** A command that writes to {@code console}. */
  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    requireUsed();
    json.requireWritable();
    requireCases();
    if (list) {
      list();
      return 0;
    }
    try (Interruption interruption =
        Interruption.awaited(console.err(), "Stopping before the first case")) {
      return verify(compute.choose(console, compute.plugins().loader()), interruption);
    }
  }

  private void list() {
    Console results = json.results(console);
    ObjectNode document = Json.object();
    ArrayNode rows = document.putArray("cases");
    for (TckCase test : asked()) {
      results.print(test.id());
      rows.addObject().put("op", test.group()).put("case", test.name());
    }
    json.write(console, document);
  }

  private int verify(DeviceChoice choice, Interruption interruption) {
    StatusLine line = new StatusLine(console.err(), compute.common().quiet());
    interruption.onRequest(
        "Stopping after this case; the report is of those that were run", line::requestStop);
    TckReport report =
        TckRunner.run(
            choice.provider(),
            choice.info().id(),
            choice.options(),
            compute.sessionConfig(),
            this::includes,
            new VerifyProgress(line));
    line.clear();
    int asked = asked().size();
    boolean whole = report.results().size() == asked;
    tell(report, asked);
    json.write(console, json(report, whole));
    if (!whole) {
      return Interruption.STATUS;
    }
    return report.conforms() ? 0 : 1;
  }

  private void tell(TckReport report, int asked) {
    Console results = json.results(console);
    if (!compute.fuse()) {
      results.print("Op by op, as --no-fuse asks.");
    }
    if (compute.precision() != Precision.FP32) {
      results.print("In " + compute.precision().label() + ", as --precision asks.");
    }
    report.table().forEach(results::print);
    int leftOut = TckSuite.cases().size() - asked;
    if (leftOut > 0) {
      results.print(leftOut + " cases were left out, as --case asks.");
    }
    int missing = asked - report.results().size();
    if (missing > 0) {
      results.print("Interrupted: " + missing + " cases were not run.");
    }
  }

  /** A report must not seem to be about what the suite has passed over. */
  private void requireUsed() {
    if (compute.network().given().isPresent()) {
      throw new UsageException(
          "--network: the suite has networks of its own; leave it out, or compare a network with"
              + " the reference by \""
              + Invocation.command()
              + " bench\"");
    }
  }

  private List<TckCase> asked() {
    return TckSuite.cases().stream().filter(this::includes).toList();
  }

  private boolean includes(TckCase test) {
    return texts.isEmpty() || texts.stream().anyMatch(text -> has(test, text));
  }

  private static boolean has(TckCase test, String text) {
    return test.id().toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
  }

  /** A misspelled one would leave out what was to be seen. */
  private void requireCases() {
    List<TckCase> cases = TckSuite.cases();
    for (String text : texts) {
      if (text.isBlank() || cases.stream().noneMatch(test -> has(test, text))) {
        throw new UsageException(
            "--case "
                + (text.isBlank() ? "\"\"" : text)
                + ": expected a part of the name of a case, such as "
                + cases.get(0).id()
                + "; \""
                + Invocation.command()
                + " verify --list\" lists them");
      }
    }
  }

  private ObjectNode json(TckReport report, boolean whole) {
    ObjectNode document = Json.object();
    document.put("device", report.device().id());
    document.put("device_name", report.device().name());
    document.put("driver", report.device().driver());
    document.put("fused", compute.fuse());
    document.put("precision", compute.precision().label());
    document.put("conforms", report.conforms());
    for (TckResult.Status status : TckResult.Status.values()) {
      document.put(lower(status), report.count(status));
    }
    document.put("left_out", TckSuite.cases().size() - report.results().size());
    document.put("interrupted", !whole);
    document.put("seconds", report.seconds());
    ArrayNode results = document.putArray("results");
    report.results().forEach(result -> write(results.addObject(), result));
    return document;
  }

  private static void write(ObjectNode row, TckResult result) {
    row.put("op", result.group());
    row.put("case", result.name());
    row.put("status", lower(result.status()));
    row.put("seconds", result.seconds());
    row.put("detail", result.detail());
    ArrayNode measurements = row.putArray("measurements");
    for (Measurement each : result.measurements()) {
      ObjectNode measurement = measurements.addObject();
      measurement.put("direction", each.direction());
      measurement.put("tensor", each.tensor());
      measurement.put("error", each.error());
      measurement.put("allowed", each.allowed());
      measurement.put("tolerance", each.tolerance());
    }
  }

  private static String lower(TckResult.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
