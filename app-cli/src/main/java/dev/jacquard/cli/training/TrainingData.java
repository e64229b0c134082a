package dev.jacquard.cli.training;

import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.option.DataOptions;
import dev.jacquard.cli.run.RunSettings.SampleSettings;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import java.nio.file.Path;

/**
 * What is trained, validated and tested on.
 *
 * @param training set, limited and without what is held out
 * @param validation set, the test set unless something is held out
 * @param test set
 */
record TrainingData(DataSet training, DataSet validation, DataSet test) {

  /** Finds and reads it. */
  static TrainingData load(Console console, boolean quiet, SampleSettings settings) {
    Path folder = DataOptions.find(console, quiet, settings.data(), settings.offline());
    DataSet all = FashionMnist.load(folder, Split.TRAIN);
    if (settings.limit().isPresent()) {
      int limit = settings.limit().getAsInt();
      if (limit > all.size()) {
        throw new JacquardException(
            "--limit "
                + limit
                + " is more than the data set's "
                + all.size()
                + " training images; use "
                + all.size()
                + " or less");
      }
      all = all.first(limit);
    }
    DataSet test = FashionMnist.load(folder, Split.TEST);
    return new TrainingData(
        settings.validation().training(all), settings.validation().heldOut(all, test), test);
  }
}
