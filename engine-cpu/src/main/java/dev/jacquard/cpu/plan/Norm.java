package dev.jacquard.cpu.plan;

import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;

/**
 * A batch normalisation's parameters among the state, and the coefficients that chain kernels take:
 * rows of mean, gain, shift, k0 and k1.
 */
final class Norm {
  private final Op.BatchNorm op;
  private final int channels;
  private final int gamma;
  private final int beta;
  private final int movingMean;
  private final int movingVariance;
  private final float[] coefficients;
  private final double[] deviation;

  Norm(Blueprint blueprint, Node node, int channels, Arena arena) {
    this.op = (Op.BatchNorm) node.op();
    this.channels = channels;
    this.gamma = op.scale() ? blueprint.place(node.name() + "/gamma").at() : -1;
    this.beta = op.center() ? blueprint.place(node.name() + "/beta").at() : -1;
    this.movingMean = blueprint.place(node.name() + "/moving_mean").at();
    this.movingVariance = blueprint.place(node.name() + "/moving_variance").at();
    this.coefficients = arena.floats(5L * channels, "normalisation coefficients");
    this.deviation = arena.doubles(channels, "normalisation deviations");
  }

  float[] coefficients() {
    return coefficients;
  }

  /** What the batch's normalisation multiplies channel {@code c} by. */
  double gain(int c) {
    return coefficients[channels + c];
  }

  /** The root of channel {@code c}'s variance in the batch, with epsilon. */
  double deviation(int c) {
    return deviation[c];
  }

  /** Normalises by the batch's moments, and moves the moving ones. */
  void byBatch(float[] state, BatchMoments moments) {
    double stay = op.momentum();
    for (int c = 0; c < channels; c++) {
      double mean = moments.mean(c);
      double variance = moments.variance(c);
      set(state, c, mean, variance);
      state[movingMean + c] = (float) (stay * state[movingMean + c] + (1 - stay) * mean);
      state[movingVariance + c] =
          (float) (stay * state[movingVariance + c] + (1 - stay) * variance);
    }
  }

  /** Normalises by the moving moments. */
  void byMoving(float[] state) {
    for (int c = 0; c < channels; c++) {
      set(state, c, state[movingMean + c], state[movingVariance + c]);
    }
  }

  private void set(float[] state, int c, double mean, double variance) {
    deviation[c] = Math.sqrt(variance + op.epsilon());
    coefficients[c] = (float) mean;
    coefficients[channels + c] = (float) ((gamma < 0 ? 1 : state[gamma + c]) / deviation[c]);
    coefficients[2 * channels + c] = beta < 0 ? 0 : state[beta + c];
  }

  /**
   * The gradients of gamma and beta, and the coefficients k0 and k1, from the sums over the batch.
   *
   * @param sums for each channel the sum of g, then for each that of {@code g * (x - mean)}
   * @param count elements of a channel
   */
  void backward(double[] sums, double count, float[] gradients) {
    for (int c = 0; c < channels; c++) {
      double gain = coefficients[channels + c];
      double spread = sums[channels + c] / deviation[c];
      if (beta >= 0) {
        gradients[beta + c] = (float) sums[c];
      }
      if (gamma >= 0) {
        gradients[gamma + c] = (float) spread;
      }
      coefficients[3 * channels + c] = (float) (-gain * sums[c] / count);
      coefficients[4 * channels + c] = (float) (-gain * spread / deviation[c] / count);
    }
  }

  /** What inference multiplies channel {@code c} by. */
  double foldedGain(float[] state, int c) {
    double gain = gamma < 0 ? 1 : state[gamma + c];
    return gain / Math.sqrt((double) state[movingVariance + c] + op.epsilon());
  }

  /**
   * What inference adds to channel {@code c}, whose bias before the normalisation is {@code bias}.
   */
  double foldedShift(float[] state, int c, double bias) {
    return (bias - state[movingMean + c]) * foldedGain(state, c) + (beta < 0 ? 0 : state[beta + c]);
  }
}
