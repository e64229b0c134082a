package dev.jacquard.cli.report;

import dev.jacquard.cli.chart.Drawing;
import dev.jacquard.cli.chart.HeatMap;
import dev.jacquard.cli.chart.Ink;
import dev.jacquard.cli.chart.LineChart;
import dev.jacquard.cli.chart.ProbabilityChart;
import dev.jacquard.cli.chart.SampleImage;
import dev.jacquard.cli.chart.Series;
import dev.jacquard.cli.chart.Sheet;
import dev.jacquard.cli.chart.Tile;
import dev.jacquard.cli.report.Examples.Example;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Predictions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The drawings of a report, each once for the page and for the files.
 *
 * @param accuracy by epoch
 * @param loss by epoch
 * @param confusion the matrix; empty without predictions
 * @param grid the first test samples; empty without pictures
 * @param single predictions beside their bars
 * @param mistakes the worst ones
 */
record Charts(
    Drawing accuracy,
    Drawing loss,
    Optional<Drawing> confusion,
    List<Drawing> grid,
    List<Drawing> single,
    List<Drawing> mistakes) {
  /** The names that {@link #files} may have, whether or not this report has all. */
  static final List<String> NAMES =
      List.of("accuracy", "loss", "confusion", "test-images", "predictions", "mistakes");

  private static final int GRID_COLUMNS = 5;
  private static final int MISTAKE_COLUMNS = 6;
  private static final int SINGLE_COLUMNS = 2;

  /** Draws all of a report. */
  static Charts of(Report report) {
    Optional<Predictions> predictions = report.predictions();
    boolean pictures = report.samples().flatMap(set -> SampleImage.of(set, 0)).isPresent();
    Function<Integer, Optional<SampleImage>> image =
        i -> report.samples().flatMap(set -> SampleImage.of(set, i));
    return new Charts(
        accuracy(curves(report.history(), "", Ink.FIRST, Ink.SECOND, true)),
        loss(curves(report.history(), "", Ink.FIRST, Ink.SECOND, false)),
        report.evaluation().map(e -> HeatMap.draw(e.classes(), e.confusionMatrix())),
        predictions.filter(known -> pictures).map(known -> grid(known, image)).orElse(List.of()),
        predictions.map(known -> single(known, image)).orElse(List.of()),
        predictions.map(known -> mistakes(known, image)).orElse(List.of()));
  }

  static Drawing accuracy(List<Series> lines) {
    return LineChart.draw("Accuracy", 1, lines);
  }

  static Drawing loss(List<Series> lines) {
    return LineChart.draw("Loss", Double.POSITIVE_INFINITY, lines);
  }

  /** The two lines of a run, the one of training dashed. */
  static List<Series> curves(
      List<EpochResult> history, String prefix, Ink training, Ink validation, boolean accuracy) {
    List<Series.Point> trained = new ArrayList<>();
    List<Series.Point> validated = new ArrayList<>();
    for (EpochResult epoch : history) {
      double value = accuracy ? epoch.accuracy() : epoch.loss();
      OptionalDouble held = accuracy ? epoch.valAccuracy() : epoch.valLoss();
      trained.add(new Series.Point(epoch.epoch(), value));
      held.ifPresent(each -> validated.add(new Series.Point(epoch.epoch(), each)));
    }
    return List.of(
        new Series(prefix + "training", training, true, trained),
        new Series(prefix + "validation", validation, false, validated));
  }

  private static List<Drawing> grid(
      Predictions predictions, Function<Integer, Optional<SampleImage>> image) {
    List<Drawing> tiles = new ArrayList<>();
    for (int i : Examples.grid(predictions)) {
      tiles.add(
          Tile.draw(
              image.apply(i),
              predictions.classes().get(predictions.predicted(i)),
              predictions.classes().get(predictions.label(i)),
              predictions.isRight(i),
              List.of()));
    }
    return tiles;
  }

  private static List<Drawing> single(
      Predictions predictions, Function<Integer, Optional<SampleImage>> image) {
    List<Drawing> charts = new ArrayList<>();
    for (Example example : Examples.single(predictions)) {
      int i = example.sample();
      int classes = predictions.classes().size();
      float[] row = new float[classes];
      IntStream.range(0, classes).forEach(c -> row[c] = predictions.probability(i, c));
      charts.add(
          ProbabilityChart.draw(
              example.title(),
              image.apply(i),
              predictions.classes(),
              row,
              predictions.label(i),
              predictions.predicted(i)));
    }
    return charts;
  }

  private static List<Drawing> mistakes(
      Predictions predictions, Function<Integer, Optional<SampleImage>> image) {
    List<Drawing> tiles = new ArrayList<>();
    for (int i : Examples.mistakes(predictions)) {
      tiles.add(
          Tile.draw(
              image.apply(i),
              predictions.classes().get(predictions.predicted(i)),
              predictions.classes().get(predictions.label(i)),
              false,
              List.of(
                  String.format(
                      Locale.ROOT,
                      "loss %.2f, %.1f\u00a0%% sure",
                      predictions.loss(i),
                      100 * predictions.probability(i, predictions.predicted(i))),
                  "test sample " + i)));
    }
    return tiles;
  }

  /** The drawings as files show them, by name: several small ones on one sheet. */
  Map<String, Drawing> files() {
    Map<String, Drawing> files = new LinkedHashMap<>();
    files.put(NAMES.get(0), accuracy);
    files.put(NAMES.get(1), loss);
    put(files, NAMES.get(2), "Confusion matrix", 1, confusion.stream().toList());
    put(files, NAMES.get(3), "Test images", GRID_COLUMNS, grid);
    put(files, NAMES.get(4), "Single predictions", SINGLE_COLUMNS, single);
    put(files, NAMES.get(5), "The worst mistakes", MISTAKE_COLUMNS, mistakes);
    return files;
  }

  private static void put(
      Map<String, Drawing> files, String name, String title, int columns, List<Drawing> drawings) {
    if (!drawings.isEmpty()) {
      files.put(name, Sheet.draw(title, columns, drawings));
    }
  }
}
