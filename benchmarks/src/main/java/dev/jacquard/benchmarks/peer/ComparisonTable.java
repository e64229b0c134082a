package dev.jacquard.benchmarks.peer;

import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Summary;
import dev.jacquard.benchmarks.measure.Task;
import dev.jacquard.benchmarks.peer.Comparison.EngineResult;
import dev.jacquard.benchmarks.peer.Comparison.TaskResult;
import java.util.Locale;

/** A comparison as text that can be pasted into a Markdown page. */
final class ComparisonTable {
  private static final String ROW = "| %-16s | %9s | %19s | %14s | %16s |%n";

  private ComparisonTable() {}

  static String of(Comparison comparison) {
    Machine machine = comparison.machine();
    Settings settings = comparison.settings();
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s, %d processors, %s%n",
        machine.processor(),
        machine.processors(),
        machine.system());
    line(text, "JDK %s, %s%n", machine.jdk(), machine.date());
    line(
        text,
        "network fmnist-reference, %d threads, %d rounds of %s s a task%n",
        settings.threads(),
        comparison.rounds(),
        settings.seconds());
    for (TaskResult task : comparison.tasks()) {
      line(text, "%n%s%n%n", title(task.task(), settings));
      append(text, task);
    }
    if (!comparison.skipped().isEmpty()) {
      line(text, "%n");
    }
    comparison
        .skipped()
        .forEach((engine, why) -> line(text, "Skipped %s: %s%n", engine, why.reason()));
    return text.toString();
  }

  private static String title(Task task, Settings settings) {
    return switch (task) {
      case TRAIN -> "One training step, batch " + settings.batch() + stretch(settings.steps());
      case INFER -> "Inference of 10,000 images, batch " + settings.inferenceBatch();
    };
  }

  private static String stretch(int steps) {
    return steps == 1 ? "" : ", timed over " + steps;
  }

  private static void append(StringBuilder text, TaskResult task) {
    line(text, ROW, "engine", "median ms", "min .. max", "times as long", "by round");
    line(text, ROW, "---", "---:", "---:", "---:", "---:");
    row(text, task.subject());
    task.peers().forEach(peer -> row(text, peer));
    line(
        text,
        "%nRatio of medians, %s to %s: %.2f%n",
        task.fastestPeer(),
        task.subject().engine(),
        task.ratio());
    warn(text, task.subject());
    task.peers().forEach(peer -> warn(text, peer));
  }

  private static void row(StringBuilder text, EngineResult engine) {
    Summary milliseconds = engine.milliseconds();
    Summary byRound = engine.timesByRound();
    line(
        text,
        ROW,
        engine.engine(),
        milliseconds(milliseconds.median()),
        milliseconds(milliseconds.min()) + " .. " + milliseconds(milliseconds.max()),
        String.format(Locale.ROOT, "%.2f", engine.timesAsLong()),
        String.format(Locale.ROOT, "%.2f .. %.2f", byRound.min(), byRound.max()));
  }

  /** A step on a GPU takes less than a tenth of a millisecond. */
  private static String milliseconds(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.4f" : "%.2f", value);
  }

  private static void warn(StringBuilder text, EngineResult engine) {
    if (engine.unsteady() > 0) {
      line(
          text,
          "%s was not steady in %d of the rounds: the machine is busy%n",
          engine.engine(),
          engine.unsteady());
    }
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }
}
