package dev.jacquard.train;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Session;

/**
 * What is about to be trained.
 *
 * @param recipe how
 * @param session whose parameters are trained
 * @param plan of the compiled training step
 * @param samples in the training set
 * @param validationSamples in the validation set; 0 without one
 * @param from where it starts: {@link Progress#start} unless it goes on from a checkpoint
 */
public record TrainingInfo(
    Recipe recipe, Session session, Plan plan, int samples, int validationSamples, Progress from) {

  /** The steps of one epoch. */
  public int stepsPerEpoch() {
    return recipe.stepsPerEpoch(samples);
  }

  /** The number of the step at which training ends if nothing stops it. */
  public long lastStep() {
    return recipe.lastStep(samples);
  }
}
