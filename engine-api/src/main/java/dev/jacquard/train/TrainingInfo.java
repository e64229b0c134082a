package dev.jacquard.train;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Session;
import dev.jacquard.data.DataSet;

/**
 * What is about to be trained.
 *
 * @param recipe how
 * @param session whose parameters are trained
 * @param plan of the compiled training step
 * @param training the training set
 * @param validationSamples in the validation set; 0 without one
 * @param from where it starts: {@link Progress#start} unless it goes on from a checkpoint
 */
public record TrainingInfo(
    Recipe recipe,
    Session session,
    Plan plan,
    DataSet training,
    int validationSamples,
    Progress from) {

  /** How many samples are in the training set. */
  public int samples() {
    return training.size();
  }

  /** The steps of one epoch. */
  public int stepsPerEpoch() {
    return recipe.stepsPerEpoch(samples());
  }

  /** The number of the step at which training ends if nothing stops it. */
  public long lastStep() {
    return recipe.lastStep(samples());
  }
}
