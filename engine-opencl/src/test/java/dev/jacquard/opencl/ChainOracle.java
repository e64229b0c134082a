package dev.jacquard.opencl;

import dev.jacquard.random.Philox;
import java.util.Arrays;
import java.util.Random;

/** A chain's inputs, and what follows from them by plain loops in double. */
final class ChainOracle {
  static final long SEED = 0x1234_5678_9ABC_DEF0L;
  static final int POSITION = 320;
  static final int STEP = 41;

  final ChainCase chain;

  /**
   * {@code [size, H, W, C]}: small integers and a few NaN and infinities unless there is a norm.
   */
  final double[] y;

  final double[] gamma;
  final double[] beta;
  final double[] movingMean;
  final double[] movingVariance;

  /** Of the batch, by channel. */
  final double[] mean;

  final double[] variance;
  final double[] dout;

  ChainOracle(ChainCase chain) {
    this(chain, 0);
  }

  /** With inputs around {@code offset}. */
  ChainOracle(ChainCase chain, double offset) {
    this(chain, input(chain, offset));
  }

  /** With this input. */
  ChainOracle(ChainCase chain, double[] y) {
    this.chain = chain;
    this.y = y;
    int channels = chain.channels();
    gamma = random(2, channels, -1.5, 1.5);
    beta = random(3, channels, -0.5, 1);
    movingMean = random(4, channels, -1, 1);
    movingVariance = random(5, channels, 0, 3);
    dout = random(6, chain.outElements(), -1, 1.5);
    mean = new double[channels];
    variance = new double[channels];
    for (int e = 0; e < y.length; e++) {
      mean[e % channels] += y[e] / chain.rows();
    }
    for (int e = 0; e < y.length; e++) {
      double off = y[e] - mean[e % channels];
      variance[e % channels] += off * off / chain.rows();
    }
  }

  private static double[] input(ChainCase chain, double offset) {
    double[] y = random(1, chain.inElements(), offset - 3, offset + 5);
    if (!chain.norm()) {
      Arrays.setAll(y, e -> special(e, Math.rint(y[e])));
    }
    return y;
  }

  private static double special(int element, double value) {
    return element % 23 == 5 ? Double.NaN : element % 17 == 3 ? Double.NEGATIVE_INFINITY : value;
  }

  /** Numbers that a float holds. */
  static double[] random(int seed, int count, double from, double to) {
    return new Random(seed).doubles(count, from, to).map(value -> (float) value).toArray();
  }

  /** With NaN for the samples that the step does not have. */
  double[] withTail(double[] values) {
    int sample = values.length / chain.extent().size();
    double[] all = Arrays.copyOf(values, sample * chain.extent().batch());
    Arrays.fill(all, values.length, all.length, Double.NaN);
    return all;
  }

  /** {@code [tiles, C]} of (mean, sum of squared deviations) of y. */
  double[] partials() {
    double[] partials = new double[chain.tiles() * chain.channels() * 2];
    int tile = chain.tuning().tile();
    for (int p = 0; p < partials.length / 2; p++) {
      int first = p / chain.channels() * tile;
      int end = Math.min(first + tile, chain.rows());
      double sum = 0;
      for (int row = first; row < end; row++) {
        sum += y[row * chain.channels() + p % chain.channels()];
      }
      double average = end > first ? sum / (end - first) : 0;
      double squares = 0;
      for (int row = first; row < end; row++) {
        double off = y[row * chain.channels() + p % chain.channels()] - average;
        squares += off * off;
      }
      partials[2 * p] = average;
      partials[2 * p + 1] = squares;
    }
    return partials;
  }

  /** {@code [C]} of (mean, inverse). */
  double[] statistics() {
    double[] statistics = new double[2 * chain.channels()];
    for (int c = 0; c < chain.channels(); c++) {
      statistics[2 * c] = mean[c];
      statistics[2 * c + 1] = inverse(variance[c]);
    }
    return statistics;
  }

  static double inverse(double variance) {
    return 1 / Math.sqrt(variance + ChainCase.EPSILON);
  }

  /** Whether dropout keeps an element of the input, by the definition of the draws. */
  boolean keeps(int element) {
    int n = element / chain.sample();
    int e = element % chain.sample();
    int[] words = new int[4];
    int index = e / chain.dropping().perBlock();
    Philox.block(SEED, index, POSITION + n, STEP, ChainCase.STREAM, words, 0);
    int perWord = chain.dropping().perWord();
    return !chain.drop() || !chain.dropping().drops(words[e / perWord % 4], e % perWord);
  }

  /** What an element is behind the norm and, in training, dropout. */
  double z(int element, boolean training) {
    int c = element % chain.channels();
    if (training && !keeps(element)) {
      return 0;
    }
    if (!chain.norm()) {
      return y[element];
    }
    double off = y[element] - (training ? mean[c] : movingMean[c]);
    double factor = factor(c, training ? variance[c] : movingVariance[c]);
    return off * factor + (chain.center() ? beta[c] : 0);
  }

  /** gamma * inverse. */
  double factor(int c, double itsVariance) {
    return (chain.scale() ? gamma[c] : 1) * inverse(itsVariance);
  }

  /** Which of the window's positions wins. */
  int winner(int out, boolean training) {
    int winner = 0;
    double best = z(chain.source(out, 0), training);
    for (int position = 1; position < 4; position++) {
      int source = chain.source(out, position);
      if (source >= 0) {
        double z = z(source, training);
        if (z > best || (Double.isNaN(z) && !Double.isNaN(best))) {
          winner = position;
          best = z;
        }
      }
    }
    return winner;
  }

  /** What comes out if the window's best is {@code z}. */
  double out(double z, boolean training) {
    boolean selects = chain.slope() == 0 && !Double.isNaN(z);
    double activated = z > 0 ? z : selects ? 0 : chain.slope() * z;
    return activated * (training ? chain.scaling() : 1);
  }

  byte code(int out) {
    int winner = winner(out, true);
    int source = chain.source(out, winner);
    int kept = keeps(source) ? 4 : 0;
    return (byte) (winner | kept | (z(source, true) > 0 ? 8 : 0));
  }

  /** Every sample's codes, with junk for those that the step does not have. */
  byte[] codes() {
    byte[] codes = new byte[chain.extent().batch() * chain.outSample()];
    Arrays.fill(codes, (byte) -1);
    for (int o = 0; o < chain.outElements(); o++) {
      codes[o] = code(o);
    }
    return codes;
  }

  /** The y of the chosen elements. */
  double[] picked() {
    double[] picked = new double[chain.outElements()];
    Arrays.setAll(picked, o -> y[chain.source(o, winner(o, true))]);
    return picked;
  }

  /** The gradient of each chosen element. */
  double[] g() {
    double[] g = new double[chain.outElements()];
    for (int o = 0; o < g.length; o++) {
      int source = chain.source(o, winner(o, true));
      double slope = z(source, true) > 0 ? 1 : chain.slope();
      g[o] = keeps(source) ? dout[o] * chain.scaling() * slope : 0;
    }
    return g;
  }

  /** Of each channel of each tile, or of the whole: sum of g, sum of g * (picked - mean). */
  double[] sums(int tileRows, int tiles) {
    double[] g = g();
    double[] picked = picked();
    double[] sums = new double[tiles * chain.channels() * 2];
    for (int o = 0; o < g.length; o++) {
      int c = o % chain.channels();
      int at = 2 * (o / chain.channels() / tileRows * chain.channels() + c);
      sums[at] += g[o];
      sums[at + 1] += g[o] * (picked[o] - mean[c]);
    }
    return sums;
  }

  double[] dy() {
    double[] dy = new double[y.length];
    double[] g = g();
    for (int o = 0; o < g.length; o++) {
      dy[chain.source(o, winner(o, true))] = g[o];
    }
    double[] sums = sums(Integer.MAX_VALUE, 1);
    for (int e = 0; chain.norm() && e < dy.length; e++) {
      int c = e % chain.channels();
      double inverse = inverse(variance[c]);
      double dot = sums[2 * c + 1] / chain.rows() * inverse * inverse;
      dy[e] =
          factor(c, variance[c]) * (dy[e] - sums[2 * c] / chain.rows() - (y[e] - mean[c]) * dot);
    }
    return dy;
  }
}
