package dev.jacquard.cli.report;

import dev.jacquard.cli.console.LayerTable;
import dev.jacquard.cli.console.PathText;
import dev.jacquard.cli.run.Digest;
import dev.jacquard.cli.run.RunFolder;
import dev.jacquard.cli.run.TestPredictions;
import dev.jacquard.cli.run.Trained;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.model.Model;
import dev.jacquard.model.ModelOptions;
import dev.jacquard.network.Network;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Predictions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads what a run's folder holds for its report. What it lacks is left out, with a line that says
 * so; predictions that are missing or of other parameters are made again where that is possible.
 */
public final class ReportReader {
  private final RunFolder folder;
  private final Optional<Path> data;
  private final Optional<Path> gone;
  private final ClassLoader loader;
  private final Map<String, String> settings;
  private final List<String> notes = new ArrayList<>();
  private final Optional<Network> network;
  private Optional<DataSet> testSet = Optional.empty();
  private boolean looked;

  /**
   * Opens a folder.
   *
   * @param data the folder of the data set, where the run's own is not to be used; that one may be
   *     gone, and the data set elsewhere
   * @param loader where plug-ins' layers and backends are looked for
   * @throws JacquardException if it is no run's folder
   */
  public ReportReader(RunFolder folder, Optional<Path> data, ClassLoader loader) {
    this.folder = folder;
    this.loader = loader;
    this.settings = folder.settingsTexts();
    Optional<Path> own = data.isPresent() ? Optional.empty() : setting("data");
    this.data = data.or(() -> own.filter(FashionMnist::isIn));
    this.gone = own.filter(path -> !FashionMnist.isIn(path));
    this.network = attempt(() -> folder.network(LayerTypes.load(loader)));
  }

  private Optional<Path> setting(String name) {
    try {
      return Optional.of(settings.getOrDefault(name, ""))
          .filter(text -> !text.isEmpty())
          .map(PathText::parse);
    } catch (JacquardException e) {
      // Of another system, whose folder is not here anyway.
      return Optional.empty();
    }
  }

  /** The value, or a note on why there is none. */
  private <T> Optional<T> attempt(Supplier<T> value) {
    try {
      return Optional.of(value.get());
    } catch (JacquardException e) {
      // More than one value may come from a file that cannot be read.
      if (!notes.contains(e.getMessage())) {
        notes.add(e.getMessage());
      }
      return Optional.empty();
    }
  }

  /**
   * Reads what there is.
   *
   * @param pictures whether samples are wanted, too
   */
  public Report read(boolean pictures) {
    Optional<Trained> trained = trained();
    Optional<TestPredictions> predictions = trained.flatMap(this::predictions);
    return report(
        trained,
        predictions.map(TestPredictions::predictions),
        pictures ? predictions.flatMap(this::samples) : Optional.empty());
  }

  /**
   * The report of a run whose predictions and samples are at hand.
   *
   * @param samples what the predictions are of
   */
  public Report read(Predictions predictions, DataSet samples) {
    return report(trained(), Optional.of(predictions), Optional.of(samples));
  }

  private Optional<Trained> trained() {
    Optional<Trained> trained = attempt(folder::trained);
    trained.filter(Trained::isUnfinished).ifPresent(state -> notes.add(state.unfinished()));
    return trained;
  }

  private Report report(
      Optional<Trained> trained, Optional<Predictions> predictions, Optional<DataSet> samples) {
    return new Report(
        settings.getOrDefault("network", folder.name()),
        folder.name(),
        network.map(LayerTable::of),
        attempt(folder::epochs).orElse(List.of()),
        predictions.map(Evaluation::of),
        samples,
        settings,
        metrics(trained),
        notes);
  }

  /** Those of a run whose parameters are gone are all that is known of it. */
  private Map<String, String> metrics(Optional<Trained> trained) {
    return trained.map(Trained::isTested).orElse(true)
        ? attempt(folder::metricsTexts).orElse(Map.of())
        : Map.of();
  }

  private Optional<TestPredictions> predictions(Trained trained) {
    Optional<TestPredictions> stored = Optional.empty();
    try {
      stored = TestPredictions.read(folder.predictions());
    } catch (JacquardException e) {
      // A damaged file is as good as none.
    }
    return stored
        .filter(known -> known.areOf(trained.file()))
        .or(() -> ownTestSet().flatMap(set -> attempt(() -> made(trained.file(), set))));
  }

  /**
   * The test set that a run may be evaluated on. Where its own folder is gone, another that is
   * found is good for pictures of known predictions, which know their data set, and for nothing
   * else.
   */
  private Optional<DataSet> ownTestSet() {
    if (gone.isPresent()) {
      noteNoImages(notIn(gone.get()) + "; give their folder with --data");
      return Optional.empty();
    }
    return testSet();
  }

  private TestPredictions made(Path parameters, DataSet set) {
    ModelOptions options = ModelOptions.defaults().withLoader(loader);
    String digest = Digest.of(parameters);
    try (Model model = Model.load(parameters, options)) {
      TestPredictions made = TestPredictions.of(model.evaluate(set).predictions(), parameters, set);
      // A training that goes on may have replaced its checkpoint: they would be of another one.
      if (made.parameters().equals(digest)) {
        keep(made);
      }
      return made;
    }
  }

  /** For the next time; this one does without. */
  private void keep(TestPredictions made) {
    try {
      made.write(folder.predictions());
    } catch (JacquardException e) {
      notes.add(e.getMessage());
    }
  }

  private Optional<DataSet> samples(TestPredictions predictions) {
    Optional<DataSet> set = testSet();
    if (set.isPresent() && !predictions.areOf(set.get())) {
      noteNoImages(
          "those that are found are not those that the network was evaluated on; give their folder"
              + " with --data");
      return Optional.empty();
    }
    return set;
  }

  /** The test set, looked for once; it is not fetched for a report. */
  private Optional<DataSet> testSet() {
    if (!looked) {
      looked = true;
      try {
        testSet =
            FashionMnist.find(data, System.getenv())
                .map(found -> FashionMnist.load(found, Split.TEST));
        if (testSet.isEmpty()) {
          noteNoImages(nowhere() + "; give their folder with --data");
        }
      } catch (JacquardException e) {
        noteNoImages(e.getMessage());
      }
    }
    return testSet;
  }

  private String nowhere() {
    return gone.map(path -> notIn(path) + ", and ").orElse("") + "they are nowhere to be found";
  }

  private static String notIn(Path path) {
    return "run.json's data is " + path + ", which does not hold them";
  }

  private void noteNoImages(String reason) {
    notes.add("Without the test images, what shows or needs them is left out: " + reason + ".");
  }
}
