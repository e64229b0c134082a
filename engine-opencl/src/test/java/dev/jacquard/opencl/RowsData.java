package dev.jacquard.opencl;

import java.util.Arrays;

/**
 * What a convolution for processors reads, and what it should make of it, in double. What the step
 * does not have is NaN. All numbers are small multiples of a power of two, so that sums are exact.
 */
final class RowsData {
  private static final int KEPT = 4;
  private static final int POSITIVE = 8;

  private final RowsCase at;
  private final ConvolutionCase layer;

  /** The batch, and the elements that it is gathered from. */
  final double[] x;

  final double[] stored;
  final int[] indices;
  final double[] w;
  final double[] bias;
  final double[] dy;

  /** What is in the input's gradient before. */
  final double[] before;

  /** What the chain before kept, and its means and inverse deviations. */
  final double[] picked;

  final byte[] codes;
  final double[] statistics;

  RowsData(RowsCase at) {
    this.at = at;
    this.layer = at.layer();
    x = layer.samples(layer.inputElements(), 1);
    indices = new int[layer.batch()];
    stored = at.gathers() ? store() : x;
    w = ConvolutionCase.integers(layer.taps() * layer.filters(), 2);
    bias = ConvolutionCase.integers(layer.filters(), 3);
    dy = layer.samples(layer.outputElements(), 4);
    before = layer.samples(layer.inputElements(), 5);
    picked = layer.samples(layer.inputElements(), 6);
    codes = new byte[layer.inputElements()];
    double[] random = ConvolutionCase.integers(codes.length, 7);
    for (int e = 0; e < codes.length; e++) {
      codes[e] = (byte) (random[e] * 5 + 15);
    }
    statistics = ConvolutionCase.integers(2 * layer.channels(), 8);
    for (int c = 0; c < layer.channels(); c++) {
      statistics[2 * c + 1] = Double.NaN;
    }
  }

  /** Spreads the samples over every other one of a data set; replaces x by what they stand for. */
  private double[] store() {
    int sample = layer.in().elements();
    double[] all = new double[(2 * layer.batch() + 1) * sample];
    Arrays.fill(all, at.has("bytes") ? 255 : Double.NaN);
    for (int n = 0; n < layer.size(); n++) {
      indices[n] = 2 * layer.batch() - 1 - 2 * n;
      for (int e = 0; e < sample; e++) {
        double number = x[n * sample + e] + 3;
        all[indices[n] * sample + e] = number;
        x[n * sample + e] = number * RowsCase.SCALE + RowsCase.OFFSET;
      }
    }
    return all;
  }

  double[] output() {
    double[] y = layer.output(x, w);
    for (int e = 0; at.has("bias") && e < y.length; e++) {
      y[e] += bias[e % layer.filters()];
    }
    return y;
  }

  /** Mean and squared deviations of each strip of the output; zeros where there are no rows. */
  double[] moments() {
    double[] y = output();
    int filters = layer.filters();
    int tile = at.strips().height() * at.outW();
    double[] moments = new double[2 * at.tiles(layer.window().outH()) * filters];
    for (int m = 0; m < moments.length / 2; m++) {
      int first = m / filters * tile;
      int end = Math.min(first + tile, layer.size() * layer.outputPixels());
      for (int row = first; row < end; row++) {
        moments[2 * m] += y[row * filters + m % filters] / (end - first);
      }
      for (int row = first; row < end; row++) {
        moments[2 * m + 1] += Math.pow(y[row * filters + m % filters] - moments[2 * m], 2);
      }
    }
    return moments;
  }

  /** The weights' taps in reverse order, filters before channels. */
  double[] flipped() {
    int channels = layer.channels();
    int filters = layer.filters();
    int taps = layer.taps() / channels;
    double[] flipped = new double[w.length];
    for (int e = 0; e < w.length; e++) {
      int tap = e / filters / channels;
      int c = e / filters % channels;
      flipped[((taps - 1 - tap) * filters + e % filters) * channels + c] = w[e];
    }
    return flipped;
  }

  double[] inputGradient() {
    double[] dx = layer.inputGradient(dy, w);
    for (int e = 0; at.has("accumulate") && e < dx.length; e++) {
      dx[e] += before[e];
    }
    return dx;
  }

  /** Sums of what the chain before passes on over each strip, and of its products with picked. */
  double[] sums() {
    double[] dx = inputGradient();
    int channels = layer.channels();
    int tile = at.strips().height() * at.inW();
    double[] sums = new double[2 * at.tiles(layer.in().dim(0)) * channels];
    for (int e = 0; e < layer.size() * layer.in().elements(); e++) {
      int s = e / channels / tile * channels + e % channels;
      double factor = (codes[e] & POSITIVE) != 0 ? 2 : 1;
      double g = (codes[e] & KEPT) != 0 ? dx[e] * factor : 0;
      g = at.has("codes") ? g : 2 * dx[e];
      sums[2 * s] += g;
      sums[2 * s + 1] += g * (picked[e] - statistics[2 * (e % channels)]);
    }
    return sums;
  }

  /** Each part's gradient of the kernel. */
  double[] parts() {
    int perPart = (at.images() + at.taps().parts() - 1) / at.taps().parts();
    int rows = perPart * at.span() * layer.outputPixels();
    double[] parts = new double[at.taps().parts() * w.length];
    for (int p = 0; p < at.taps().parts(); p++) {
      double[] own = layer.filterGradient(x, dy, p * rows, (p + 1) * rows);
      System.arraycopy(own, 0, parts, p * w.length, w.length);
    }
    return parts;
  }
}
