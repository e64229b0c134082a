package dev.jacquard.cli.report;

import dev.jacquard.cli.console.LayerTable;
import dev.jacquard.cli.run.RunMetrics;
import dev.jacquard.data.DataSet;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Predictions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What there is to tell of a run. Whatever is missing is left out of the page.
 *
 * @param network its name
 * @param run the name of the run's folder, or what tells it from another
 * @param layers the network's table
 * @param history the epochs that are done
 * @param evaluation of the test samples, with what the network says of each
 * @param samples the test samples that these are of, to show some as pictures
 * @param settings options, device and versions, by their names in {@code run.json}; an empty text
 *     where nothing is set
 * @param metrics results and times, by their names in {@code metrics.json}; empty of a run that has
 *     not ended, or not again since it went on
 * @param notes lines on what is missing, and why
 */
public record Report(
    String network,
    String run,
    Optional<LayerTable> layers,
    List<EpochResult> history,
    Optional<Evaluation> evaluation,
    Optional<DataSet> samples,
    Map<String, String> settings,
    Map<String, String> metrics,
    List<String> notes) {

  /** Copies the lists; the maps keep their order and stay the caller's. */
  public Report {
    history = List.copyOf(history);
    notes = List.copyOf(notes);
    if (evaluation.isPresent()
        && samples.isPresent()
        && evaluation.get().samples() != samples.get().size()) {
      throw new IllegalArgumentException(
          evaluation.get().samples() + " predictions of " + samples.get().size() + " samples");
    }
  }

  /** The same under another name of its run. */
  public Report named(String name) {
    return new Report(
        network, name, layers, history, evaluation, samples, settings, metrics, notes);
  }

  /** What the network says of each test sample. */
  Optional<Predictions> predictions() {
    return evaluation.map(Evaluation::predictions);
  }

  /** A setting or, where it is not known, an empty text. */
  String setting(String name) {
    return settings.getOrDefault(name, "");
  }

  /**
   * The seconds that training has taken, validation and the like not counted. The metrics know of
   * steps beyond the last whole epoch, the history of epochs since training ended last.
   */
  double trainSeconds() {
    double epochs = history.stream().mapToDouble(EpochResult::seconds).sum();
    return Math.max(epochs, metric(RunMetrics.TRAIN_SECONDS).orElse(0.0));
  }

  /** A metric that is a number. */
  Optional<Double> metric(String name) {
    try {
      return Optional.ofNullable(metrics.get(name)).map(Double::valueOf);
    } catch (NumberFormatException e) {
      // What is no number is not shown as one.
      return Optional.empty();
    }
  }

  /** The test accuracy: of the predictions, else as it was when training ended. */
  Optional<Double> testAccuracy() {
    return evaluation.map(Evaluation::accuracy).or(() -> metric(RunMetrics.TEST_ACCURACY));
  }

  /** The test loss likewise. */
  Optional<Double> testLoss() {
    return evaluation.map(Evaluation::loss).or(() -> metric(RunMetrics.TEST_LOSS));
  }
}
