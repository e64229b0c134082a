package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.graph.Op;
import java.util.Arrays;

/**
 * Moments of a first linear op's output over a batch, from those of its images' patches: the output
 * is {@code y = bias + sum of w[t] * x[t]} over the taps t of a patch, so that
 *
 * <pre>
 * mean(y) = bias + sum of w[t] * mean(x[t])
 * spread[t] = cov(x[t], y) = sum over u of cov(x[t], x[u]) * w[u]
 * variance(y) = sum of w[t] * spread[t]
 * </pre>
 *
 * <p>The same linearity gives the gradients of normalisation and weights from sums over the chain's
 * gradient g alone, which is 0 but for one element of a pooled window:
 *
 * <pre>
 * off[t] = sum of g * (x[t] - mean(x[t]))       S1 = sum of g
 * S2 = sum of g * (y - mean(y)) = sum of w[t] * off[t]
 * dw[t] = gain * (off[t] - spread[t] * S2 / deviation^2)
 * </pre>
 */
final class PatchMoments implements BatchMoments {
  private final Kernels kernels;
  private final Op.Input input;
  private final LinearShape shape;
  private final LinearProduct.Arrays arrays;
  private final int kernel;
  private final int taps;
  private final int channels;

  /** Of the batch: means of the taps, their covariances in full. */
  private final double[] tapMean;

  private final double[] covariance;

  /** Where each weight lies, from the op's first on; like what follows {@code [taps, channels]}. */
  private final int[] places;

  private final double[] weights;
  private final double[] spread;
  private final double[] off;

  private final double[] mean;
  private final double[] variance;

  /**
   * The moments of a linear op that reads the input.
   *
   * @param arrays where the op's weights and bias are
   */
  PatchMoments(
      Kernels kernels,
      Op.Input input,
      LinearShape shape,
      LinearProduct.Arrays arrays,
      Arena arena) {
    String what = "batch statistics";
    this.kernels = kernels;
    this.input = input;
    this.shape = shape;
    this.arrays = arrays;
    this.kernel = arrays.wAt();
    this.taps = shape.rows();
    this.channels = shape.out().physical();
    this.tapMean = arena.doubles(taps, what);
    this.covariance = arena.doubles((long) taps * taps, what);
    this.places = arena.ints((long) taps * channels, what);
    this.weights = arena.doubles(places.length, what);
    this.spread = arena.doubles(places.length, what);
    this.off = arena.doubles(places.length, what);
    this.mean = arena.doubles(channels, what);
    this.variance = arena.doubles(channels, what);
    int width = shape.width();
    for (int i = 0; i < places.length; i++) {
      int c = i % channels;
      places[i] = (c / width * shape.panelRows() + i / channels) * width + c % width;
    }
  }

  @Override
  public void merge(Step step) {
    mergeImages(step, step.data.patches(input, shape.window(), kernels, step.workers));
    for (int i = 0; i < weights.length; i++) {
      weights[i] = arrays.w()[kernel + places[i]];
    }
    Arrays.fill(spread, 0);
    Arrays.fill(variance, 0);
    for (int c = 0; c < channels; c++) {
      mean[c] = arrays.bias()[arrays.biasAt() + c];
    }
    for (int t = 0; t < taps; t++) {
      int at = t * channels;
      for (int u = 0; u < taps; u++) {
        double with = covariance[t * taps + u];
        for (int c = 0; c < channels; c++) {
          spread[at + c] += with * weights[u * channels + c];
        }
      }
      for (int c = 0; c < channels; c++) {
        mean[c] += weights[at + c] * tapMean[t];
        variance[c] += weights[at + c] * spread[at + c];
      }
    }
  }

  /** Moments of the batch's patches: images have equally many. */
  private void mergeImages(Step step, float[] table) {
    int width = Patches.floats(taps);
    Arrays.fill(tapMean, 0);
    Arrays.fill(covariance, 0);
    for (int i = 0; i < step.n; i++) {
      int image = step.indices[step.at + i] * width;
      for (int t = 0; t < taps; t++) {
        tapMean[t] += table[image + t];
      }
    }
    for (int t = 0; t < taps; t++) {
      tapMean[t] /= step.n;
    }
    for (int i = 0; i < step.n; i++) {
      int image = step.indices[step.at + i] * width;
      int at = image + taps;
      for (int t = 0; t < taps; t++) {
        double off = table[image + t] - tapMean[t];
        for (int u = t; u < taps; u++, at++) {
          covariance[t * taps + u] += table[at] + off * (table[image + u] - tapMean[u]);
        }
      }
    }
    for (int t = 0; t < taps; t++) {
      for (int u = t; u < taps; u++) {
        covariance[t * taps + u] /= step.n;
        covariance[u * taps + t] = covariance[t * taps + u];
      }
    }
  }

  @Override
  public double mean(int c) {
    return mean[c];
  }

  /** The variance, which rounding does not make less than 0. */
  @Override
  public double variance(int c) {
    return variance[c] < 0 ? 0 : variance[c];
  }

  /**
   * The sums that batch normalisation's gradient needs: adds S2 to S1.
   *
   * @param sums S1 of each channel, then room for S2
   * @param gradients of all parameters: at the op's weights, the sums of {@code g * x[t]}
   */
  void sums(double[] sums, float[] gradients) {
    Arrays.fill(sums, channels, 2 * channels, 0);
    for (int t = 0, i = 0; t < taps; t++) {
      for (int c = 0; c < channels; c++, i++) {
        off[i] = gradients[kernel + places[i]] - tapMean[t] * sums[c];
        sums[channels + c] += weights[i] * off[i];
      }
    }
  }

  /**
   * Turns the sums of {@code g * x[t]} into the weights' gradient, after {@link #sums}.
   *
   * @param sums S1 of each channel, then S2
   * @param norm the normalisation behind the op
   */
  void finish(double[] sums, Norm norm, float[] gradients) {
    for (int c = 0; c < channels; c++) {
      double share = sums[channels + c] / (norm.deviation(c) * norm.deviation(c));
      for (int i = c; i < off.length; i += channels) {
        gradients[kernel + places[i]] = (float) (norm.gain(c) * (off[i] - spread[i] * share));
      }
    }
  }
}
