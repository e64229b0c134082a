package dev.jacquard.cli.training;

import dev.jacquard.cli.run.RunFolder;
import dev.jacquard.cli.run.RunSettings;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Network;
import dev.jacquard.train.Checkpoint;
import dev.jacquard.train.Recipe;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to be trained.
 *
 * @param network what
 * @param settings how
 * @param folder where it is kept
 * @param from where it goes on; empty for a training from the start
 * @param totalEpochs the epochs in all, where a resume changes them
 * @param report whether a report is written at the end
 */
public record TrainingRequest(
    Network network,
    RunSettings settings,
    RunFolder folder,
    Optional<Checkpoint> from,
    OptionalInt totalEpochs,
    boolean report) {

  /**
   * The recipe for a training set of so many samples.
   *
   * @throws dev.jacquard.error.JacquardException if a resume asks for more epochs than were planned
   */
  Recipe recipe(int samples) {
    Optimizer rule = network.trainingOrStandard().optimizer();
    Recipe recipe = settings.recipe(rule);
    return totalEpochs.isPresent() ? recipe.resumedUntil(totalEpochs.getAsInt(), samples) : recipe;
  }
}
