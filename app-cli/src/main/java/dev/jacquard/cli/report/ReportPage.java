package dev.jacquard.cli.report;

import dev.jacquard.cli.console.LayerTable;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Thinned;
import dev.jacquard.cli.run.RunMetrics;
import dev.jacquard.train.ClassScore;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** The page of one run. */
final class ReportPage {
  /** As many rows as somebody may want to look through. */
  private static final int MOST_ROWS = 200;

  /** More are folded away. */
  private static final int OPEN_ROWS = 12;

  /** What a run's settings say of where it ran; all others are options. */
  private static final List<String> ORIGINS =
      List.of("device", "device_name", "driver", "precision", "seed", "plan_fingerprint");

  /** As many classes leave room beside their matrix. */
  private static final int SMALL_MATRIX = 12;

  private static final String VERSIONS = "versions.";
  private static final String UNSET = "–";

  private final Report report;
  private final Charts charts;
  private final Html html = new Html();

  private ReportPage(Report report, Charts charts) {
    this.report = report;
    this.charts = charts;
  }

  /** The whole page. */
  static String of(Report report, Charts charts, String version) {
    return Page.of(
        report.network() + ", training report", new ReportPage(report, charts).body(), version);
  }

  private Html body() {
    head();
    curves();
    grid();
    report.evaluation().ifPresent(this::evaluation);
    single();
    mistakes();
    report.layers().ifPresent(this::layers);
    settings();
    return html;
  }

  private void head() {
    html.open("header");
    html.element("p", "eyebrow", "Training report").element("h1", report.network());
    List<String> parts = new ArrayList<>(List.of("Run " + report.run()));
    if (!report.setting("device").isEmpty()) {
      parts.add(report.setting("device") + " (" + report.setting("device_name") + ")");
    }
    html.element("p", "lead", String.join(" · ", parts));
    html.open("dl", "figures");
    figures().forEach(this::fact);
    html.close("dl");
    report.notes().forEach(note -> html.element("p", "note", note));
    html.close("header");
  }

  private List<Fact> figures() {
    List<Fact> figures = new ArrayList<>();
    report.testAccuracy().ifPresent(a -> figures.add(new Fact("Test accuracy", Numbers.share(a))));
    report.testLoss().ifPresent(loss -> figures.add(new Fact("Test loss", Numbers.share(loss))));
    String planned = report.setting("epochs");
    String done = Integer.toString(report.history().size());
    boolean whole = planned.isEmpty() || planned.equals(done);
    figures.add(new Fact("Epochs", whole ? done : done + " of " + planned));
    if (report.trainSeconds() > 0) {
      figures.add(new Fact("Training time", Numbers.duration(report.trainSeconds())));
    }
    report
        .metric(RunMetrics.IMAGES_PER_SECOND)
        .map(speed -> new Fact("Images per second", Numbers.grouped(Math.round(speed))))
        .ifPresent(figures::add);
    report
        .layers()
        .map(layers -> layers.totals().get(LayerTable.PARAMETERS))
        .map(total -> new Fact("Parameters", Numbers.grouped(total)))
        .ifPresent(figures::add);
    return figures;
  }

  private void section(String title, String about) {
    html.open("section").element("h2", title);
    if (!about.isEmpty()) {
      html.element("p", "about", about);
    }
  }

  private void curves() {
    section(
        "Learning curves",
        "Training values are means over an epoch, each step measured before its update and with"
            + " dropout; validation follows the epoch."
            + (isSmoothed() ? " Only the training loss is one of smoothed labels." : ""));
    html.drawings("pair", List.of(charts.accuracy(), charts.loss()));
    if (!report.history().isEmpty()) {
      epochs();
    }
    html.close("section");
  }

  private boolean isSmoothed() {
    return !List.of("", "0.0").contains(report.setting("label_smoothing"));
  }

  private void epochs() {
    List<EpochResult> shown = Thinned.to(MOST_ROWS, report.history());
    int all = report.history().size();
    html.details(
        all == shown.size() ? "All epochs" : shown.size() + " of " + all + " epochs",
        all <= OPEN_ROWS);
    List<List<String>> rows = new ArrayList<>();
    for (EpochResult epoch : shown) {
      rows.add(
          List.of(
              Integer.toString(epoch.epoch()),
              Numbers.share(epoch.loss()),
              Numbers.share(epoch.accuracy()),
              text(epoch.valLoss()),
              text(epoch.valAccuracy()),
              String.format(Locale.ROOT, "%.1f", epoch.seconds())));
    }
    html.table(
        "Results by epoch",
        List.of(
            "Epoch",
            "Loss",
            "Accuracy",
            "Validation loss",
            "Validation accuracy",
            "Training seconds"),
        List.of(0, 1, 2, 3, 4, 5),
        rows);
    html.close("details");
  }

  private static String text(OptionalDouble value) {
    return value.isPresent() ? Numbers.share(value.getAsDouble()) : UNSET;
  }

  private void grid() {
    if (!charts.grid().isEmpty()) {
      section("Test images", "The first ones, each with its predicted and its true class.");
      html.drawings("tiles", charts.grid()).close("section");
    }
  }

  private void evaluation(Evaluation evaluation) {
    section(
        "Confusion matrix",
        "Counts of test samples. The colour is the share of a row, which is a true class.");
    boolean large = evaluation.classes().size() > SMALL_MATRIX;
    html.open("div", large ? "large heat" : "small heat");
    charts
        .confusion()
        .ifPresent(drawing -> html.scroll("matrix", drawing.label()).drawing(drawing).close("div"));
    List<Fact> confusions = Examples.confusions(evaluation);
    if (!confusions.isEmpty()) {
      facts("Most frequent mistakes", confusions);
    }
    html.close("div");
    counts(evaluation);
    html.close("section");
    section("Classification report", "");
    html.table(
        "Classification report",
        List.of("Class", "Precision", "Recall", "F1 score", "Support"),
        List.of(1, 2, 3, 4),
        scores(evaluation));
    html.close("section");
  }

  /** For those who cannot see the matrix, or read a cell with a pointer. */
  private void counts(Evaluation evaluation) {
    List<String> classes = evaluation.classes();
    if (classes.size() > MOST_ROWS) {
      return;
    }
    List<String> headings = new ArrayList<>(List.of("True class"));
    headings.addAll(classes);
    List<List<String>> rows = new ArrayList<>();
    for (int truth = 0; truth < classes.size(); truth++) {
      List<String> row = new ArrayList<>(List.of(classes.get(truth)));
      for (int predicted = 0; predicted < classes.size(); predicted++) {
        row.add(Integer.toString(evaluation.count(truth, predicted)));
      }
      rows.add(row);
    }
    html.details("As a table: a row for each true class, a column for each predicted one", false);
    html.table(
        "Confusion matrix as a table",
        headings,
        IntStream.rangeClosed(1, classes.size()).boxed().toList(),
        rows);
    html.close("details");
  }

  private static List<List<String>> scores(Evaluation evaluation) {
    List<List<String>> rows = new ArrayList<>();
    evaluation.scores().forEach(score -> rows.add(row(score)));
    rows.add(List.of());
    String samples = Numbers.grouped(evaluation.samples());
    rows.add(List.of("accuracy", "", "", Numbers.share(evaluation.accuracy()), samples));
    rows.add(row(evaluation.macroAverage()));
    rows.add(row(evaluation.weightedAverage()));
    return rows;
  }

  private static List<String> row(ClassScore score) {
    return List.of(
        score.name(),
        Numbers.share(score.precision()),
        Numbers.share(score.recall()),
        Numbers.share(score.f1()),
        Numbers.grouped(score.support()));
  }

  private void single() {
    if (!charts.single().isEmpty()) {
      section(
          "Single predictions",
          "The true class is green; where another was predicted, that one is red.");
      html.drawings("pair", charts.single()).close("section");
    }
  }

  private void mistakes() {
    if (!charts.mistakes().isEmpty()) {
      section(
          "The worst mistakes",
          "Wrong predictions with the highest loss: sure of it, and wrong, or labelled wrongly.");
      html.drawings("tiles six", charts.mistakes()).close("section");
    }
  }

  private void layers(LayerTable layers) {
    section("Network", "");
    html.table("Layers", layers.headings(), LayerTable.NUMBERS, layers.rows());
    List<Fact> totals = new ArrayList<>();
    layers.totals().forEach((what, total) -> totals.add(new Fact(what, Numbers.grouped(total))));
    facts("Totals", totals);
    html.close("section");
  }

  private void settings() {
    Map<String, String> options = new LinkedHashMap<>();
    Map<String, String> origin = new LinkedHashMap<>();
    report
        .settings()
        .forEach(
            (name, value) -> {
              boolean isOrigin = ORIGINS.contains(name) || name.startsWith(VERSIONS);
              (isOrigin ? origin : options).put(name, value.isEmpty() ? UNSET : value);
            });
    section("Options and origin", "");
    html.open("div", "pair");
    facts("Options", Fact.of(options));
    origin.putAll(times());
    facts("Origin", Fact.of(origin));
    html.close("div").close("section");
  }

  private Map<String, String> times() {
    Map<String, String> times = new LinkedHashMap<>();
    if (report.trainSeconds() > 0) {
      times.put(
          RunMetrics.TRAIN_SECONDS, String.format(Locale.ROOT, "%.2f", report.trainSeconds()));
    }
    report
        .metric(RunMetrics.IMAGES_PER_SECOND)
        .ifPresent(
            speed ->
                times.put(RunMetrics.IMAGES_PER_SECOND, String.format(Locale.ROOT, "%.1f", speed)));
    return times;
  }

  private void facts(String title, List<Fact> facts) {
    html.open("div", "facts").element("h3", title).open("dl");
    facts.forEach(this::fact);
    html.close("dl").close("div");
  }

  private void fact(Fact fact) {
    html.open("div").element("dt", fact.name()).element("dd", fact.value()).close("div");
  }
}
