package dev.jacquard.train;

import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;

/**
 * Steps that are done. It looks into arrays that the next stretch overwrites.
 *
 * @param stretch what was run
 * @param result what came out
 * @param steps how many of its steps count; fewer than it has if a later one's loss was not finite
 * @param seconds that they took
 * @param progress after them
 */
public record StretchEvent(
    Stretch stretch, StretchResult result, int steps, double seconds, Progress progress) {

  /** The global number of the first step, from 0. */
  public long firstStep() {
    return stretch.firstStep();
  }

  /** The mean loss over the samples of step {@code index} of the stretch. */
  public float loss(int index) {
    return result.losses()[index];
  }

  /** How many samples of step {@code index} of the stretch were classified right. */
  public int hits(int index) {
    return result.hits()[index];
  }

  /** How many samples step {@code index} of the stretch had. */
  public int size(int index) {
    return stretch.size(index);
  }

  /** The learning rate of step {@code index} of the stretch. */
  public double rate(int index) {
    return stretch.rate(index);
  }

  /** The samples of all steps. */
  public long samples() {
    long sum = 0;
    for (int i = 0; i < steps; i++) {
      sum += stretch.size(i);
    }
    return sum;
  }

  /** Training speed over this stretch. */
  public double samplesPerSecond() {
    return samples() / seconds;
  }
}
