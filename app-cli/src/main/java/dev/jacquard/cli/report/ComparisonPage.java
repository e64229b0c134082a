package dev.jacquard.cli.report;

import dev.jacquard.cli.chart.Ink;
import dev.jacquard.cli.chart.Series;
import dev.jacquard.cli.console.LayerTable;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.run.RunMetrics;
import dev.jacquard.train.ClassScore;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Predictions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/** The page of two runs. */
final class ComparisonPage {
  private static final List<Integer> NUMBERS = List.of(1, 2, 3);
  private static final String UNKNOWN = "–";

  private final Report first;
  private final Report second;
  private final Html html = new Html();

  private ComparisonPage(Report first, Report second) {
    this.first = first;
    this.second = second;
  }

  /** The whole page. */
  static String of(Report first, Report second, String version) {
    return Page.of(
        first.run() + " and " + second.run() + ", comparison",
        new ComparisonPage(first, second).body(),
        version);
  }

  private Html body() {
    html.open("header").element("p", "eyebrow", "Comparison of two runs");
    html.element("h1", first.run()).element("h1", "and", second.run());
    for (Report report : List.of(first, second)) {
      report.notes().forEach(note -> html.element("p", "note", report.run() + ": " + note));
    }
    html.close("header");
    figures();
    curves();
    options();
    classes();
    agreement();
    return html;
  }

  private void table(String label, List<List<String>> rows, boolean difference) {
    List<String> headings = new ArrayList<>(List.of("", first.run(), second.run()));
    if (difference) {
      headings.add("Difference");
    }
    html.table(label, headings, difference ? NUMBERS : List.of(), rows);
  }

  private void figures() {
    html.open("section").element("h2", "Results and speed");
    List<List<String>> rows = new ArrayList<>();
    row(rows, "Test accuracy", Report::testAccuracy, Numbers::share);
    row(rows, "Test loss", Report::testLoss, Numbers::share);
    row(
        rows,
        "Best validation accuracy",
        report ->
            report.history().stream()
                .filter(epoch -> epoch.valAccuracy().isPresent())
                .map(epoch -> epoch.valAccuracy().getAsDouble())
                .max(Double::compare),
        Numbers::share);
    row(rows, "Last training loss", report -> last(report).map(EpochResult::loss), Numbers::share);
    row(
        rows,
        "Epochs",
        report -> Optional.of((double) report.history().size()),
        ComparisonPage::whole);
    row(rows, "Steps", report -> report.metric(RunMetrics.STEPS), ComparisonPage::whole);
    row(
        rows,
        "Images per second",
        report -> report.metric(RunMetrics.IMAGES_PER_SECOND),
        ComparisonPage::whole);
    row(
        rows,
        "Training seconds",
        report -> Optional.of(report.trainSeconds()).filter(s -> s > 0),
        seconds -> String.format(Locale.ROOT, "%.1f", seconds));
    row(
        rows,
        "Seconds per epoch",
        report ->
            Optional.of(
                    report.history().stream().mapToDouble(EpochResult::seconds).average().orElse(0))
                .filter(s -> s > 0),
        seconds -> String.format(Locale.ROOT, "%.1f", seconds));
    row(rows, "Parameters", ComparisonPage::parameters, ComparisonPage::whole);
    table("Results and speed", rows, true);
    html.close("section");
  }

  private static Optional<EpochResult> last(Report report) {
    List<EpochResult> history = report.history();
    return history.isEmpty() ? Optional.empty() : Optional.of(history.get(history.size() - 1));
  }

  private static Optional<Double> parameters(Report report) {
    return report.layers().map(layers -> layers.totals().get(LayerTable.PARAMETERS).doubleValue());
  }

  private static String whole(double value) {
    return Numbers.grouped(Math.round(value));
  }

  private void row(
      List<List<String>> rows,
      String name,
      Function<Report, Optional<Double>> value,
      DoubleFunction<String> text) {
    Optional<Double> a = value.apply(first);
    Optional<Double> b = value.apply(second);
    rows.add(List.of(name, shown(a, text), shown(b, text), difference(a, b, text)));
  }

  private static String shown(Optional<Double> value, DoubleFunction<String> text) {
    return value.map(text::apply).orElse(UNKNOWN);
  }

  /** Of the second from the first, with its sign. */
  private static String difference(
      Optional<Double> a, Optional<Double> b, DoubleFunction<String> text) {
    if (a.isEmpty() || b.isEmpty()) {
      return UNKNOWN;
    }
    double difference = b.get() - a.get();
    String size = text.apply(Math.abs(difference));
    boolean none = size.equals(text.apply(0));
    return none ? size : (difference > 0 ? "+" : "−") + size;
  }

  private void curves() {
    html.open("section").element("h2", "Learning curves");
    html.element("p", "about", "Dashed: training. Solid: validation.");
    html.drawings("pair", List.of(Charts.accuracy(lines(true)), Charts.loss(lines(false))));
    html.close("section");
  }

  private List<Series> lines(boolean accuracy) {
    List<Series> lines = new ArrayList<>(lines(first, Ink.FIRST, accuracy));
    lines.addAll(lines(second, Ink.SECOND, accuracy));
    return lines;
  }

  private static List<Series> lines(Report report, Ink ink, boolean accuracy) {
    return Charts.curves(report.history(), report.run() + ", ", ink, ink, accuracy);
  }

  private void options() {
    Set<String> names = new LinkedHashSet<>(first.settings().keySet());
    names.addAll(second.settings().keySet());
    List<List<String>> rows = new ArrayList<>();
    for (String name : names) {
      String a = first.setting(name);
      String b = second.setting(name);
      if (!a.equals(b)) {
        rows.add(List.of(name, a.isEmpty() ? UNKNOWN : a, b.isEmpty() ? UNKNOWN : b));
      }
    }
    html.open("section").element("h2", "Options that differ");
    if (rows.isEmpty()) {
      html.element("p", "about", "None: options, device and versions are the same.");
    } else {
      table("Options that differ", rows, false);
    }
    html.close("section");
  }

  private void classes() {
    Optional<Evaluation> a = first.evaluation();
    Optional<Evaluation> b = second.evaluation();
    if (a.isEmpty() || b.isEmpty() || !a.get().classes().equals(b.get().classes())) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    List<ClassScore> others = b.get().scores();
    for (int i = 0; i < others.size(); i++) {
      ClassScore score = a.get().scores().get(i);
      Optional<Double> f1 = Optional.of(score.f1());
      Optional<Double> other = Optional.of(others.get(i).f1());
      rows.add(
          List.of(
              score.name(),
              Numbers.share(score.f1()),
              Numbers.share(others.get(i).f1()),
              difference(f1, other, Numbers::share)));
    }
    html.open("section").element("h2", "F1 score by class");
    table("F1 score by class", rows, true);
    html.close("section");
  }

  private void agreement() {
    Optional<Predictions> a = first.predictions();
    Optional<Predictions> b = second.predictions();
    if (a.isEmpty() || b.isEmpty() || !Arrays.equals(a.get().labels(), b.get().labels())) {
      return;
    }
    int[] counts = new int[4];
    for (int i = 0; i < a.get().size(); i++) {
      counts[(a.get().isRight(i) ? 0 : 2) + (b.get().isRight(i) ? 0 : 1)]++;
    }
    html.open("section").element("h2", "The same test samples");
    List<List<String>> rows = new ArrayList<>();
    List<String> names =
        List.of(
            "Both are right",
            "Only " + first.run() + " is right",
            "Only " + second.run() + " is right",
            "Both are wrong");
    for (int i = 0; i < counts.length; i++) {
      String share = Numbers.percent((double) counts[i] / a.get().size());
      rows.add(List.of(names.get(i), Numbers.grouped(counts[i]), share));
    }
    html.table("The same test samples", List.of("", "Samples", "Share"), List.of(1, 2), rows);
    html.close("section");
  }
}
