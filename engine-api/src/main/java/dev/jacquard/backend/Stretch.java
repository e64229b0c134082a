package dev.jacquard.backend;

import dev.jacquard.error.JacquardException;

/**
 * Many training steps handed over at once. What is computed does not depend on how steps are cut
 * into stretches. Made once and refilled: nothing is allocated while training. The training loop
 * fills it; a trainer only reads it.
 *
 * <p>Step {@code s} trains on the samples {@code indices[s * batch .. s * batch + sizes[s] - 1]}.
 */
public final class Stretch {
  private final int batch;
  private final int[] indices;
  private final int[] sizes;
  private final int[] positions;
  private final double[] rates;
  private long firstStep;
  private int steps;

  /** Room for {@code capacity} steps of up to {@code batch} samples. */
  public Stretch(int batch, int capacity) {
    this.batch = batch;
    this.indices = new int[Math.multiplyExact(batch, capacity)];
    this.sizes = new int[capacity];
    this.positions = new int[capacity];
    this.rates = new double[capacity];
  }

  /** Empties it; the next step added has the global number {@code firstStep}, from 0. */
  public void clear(long firstStep) {
    this.firstStep = firstStep;
    this.steps = 0;
  }

  /**
   * Adds a step.
   *
   * @param order sample numbers; the step takes {@code size} from {@code from} on
   * @param position of its first sample in the epoch, which counts its random draws
   * @param rate its learning rate
   * @throws JacquardException if it is full, or {@code size} is not 1 to {@link #batch}
   */
  public void add(int[] order, int from, int size, int position, double rate) {
    if (steps == sizes.length) {
      throw new JacquardException("a stretch for " + steps + " steps is full; make a longer one");
    }
    if (size < 1 || size > batch) {
      throw new JacquardException(
          "step " + steps + ": expected 1 to " + batch + " samples, received " + size);
    }
    System.arraycopy(order, from, indices, steps * batch, size);
    sizes[steps] = size;
    positions[steps] = position;
    rates[steps] = rate;
    steps++;
  }

  /**
   * Checks that it can be trained, before the first step changes anything. For trainers.
   *
   * @param most samples that a step may have
   * @param samples how many the data set has
   * @param result what is to receive the results
   * @throws JacquardException if a step has more samples, one of them is not in the data set, or
   *     {@code result} is too small
   */
  public void check(int most, int samples, StretchResult result) {
    if (result.losses().length < steps) {
      throw new JacquardException(
          "a stretch of "
              + steps
              + " steps: expected a result with room for as many, received one for "
              + result.losses().length);
    }
    for (int step = 0; step < steps; step++) {
      if (sizes[step] > most) {
        throw new JacquardException(
            "step "
                + step
                + " has "
                + sizes[step]
                + " samples, but the trainer was made for "
                + most
                + " at most; make one for larger batches");
      }
      for (int i = step * batch; i < step * batch + sizes[step]; i++) {
        if (indices[i] < 0 || indices[i] >= samples) {
          throw new JacquardException(
              "step "
                  + step
                  + ": expected sample numbers from 0 to "
                  + (samples - 1)
                  + ", received "
                  + indices[i]);
        }
      }
    }
  }

  /** Samples a full step has. */
  public int batch() {
    return batch;
  }

  /** How many steps it can hold. */
  public int capacity() {
    return sizes.length;
  }

  /** How many steps it holds. */
  public int steps() {
    return steps;
  }

  /** The global number of its first step, from 0: the optimiser's {@code t} is one more. */
  public long firstStep() {
    return firstStep;
  }

  /** Sample numbers, {@link #batch} to a step; not a copy. */
  public int[] indices() {
    return indices;
  }

  /** How many samples step {@code step} has, 1 to {@link #batch}. */
  public int size(int step) {
    return sizes[step];
  }

  /** The position in the epoch of the first sample of step {@code step}. */
  public int position(int step) {
    return positions[step];
  }

  /** The learning rate of step {@code step}. */
  public double rate(int step) {
    return rates[step];
  }
}
