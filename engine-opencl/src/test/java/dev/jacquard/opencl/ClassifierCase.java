package dev.jacquard.opencl;

import dev.jacquard.random.Dropping;
import dev.jacquard.random.Philox;
import java.util.Arrays;
import java.util.Random;

/**
 * A classifier, what goes into it, and what comes out of it by plain loops in double.
 *
 * @param batch samples that the buffers have room for
 * @param size samples of the step
 * @param samples samples of a group
 * @param tile samples of a partial
 * @param rate of the dropout, below 0 for none
 */
record ClassifierCase(
    int batch,
    int size,
    int units,
    int classes,
    int samples,
    int tile,
    int group,
    Norm norm,
    double rate,
    double slope,
    boolean bias,
    double smoothing) {
  static final float EPSILON = 1e-3f;
  static final float MOMENTUM = 0.75f;
  static final int POSITION = 59_990;
  static final int STEP = 123_456;
  private static final int LABELS = 300;
  private static final int STREAM = Philox.stream(Philox.Purpose.DROPOUT, 17);

  /** Which parameters the normalisation has, or none of it. */
  enum Norm {
    NONE,
    FULL,
    WITHOUT_GAMMA,
    WITHOUT_BETA
  }

  String defines() {
    String shape = " -DBATCH=%d -DUNITS=%d -DCLASSES=%d -DSAMPLES=%d -DTILE=%d -DGROUP=%d";
    String layers =
        " -DNORM=%d -DSCALE=%d -DCENTER=%d -DBIAS=%d -DEPSILON=%s -DMOMENTUM=%s -DSLOPE=%s"
            + " -DSMOOTHING=%s";
    return shape.formatted(batch, units, classes, samples, tile, group)
        + layers.formatted(
            number(norm != Norm.NONE),
            number(norm != Norm.WITHOUT_GAMMA),
            number(norm != Norm.WITHOUT_BETA),
            number(bias),
            literal(EPSILON),
            literal(MOMENTUM),
            literal(slope),
            literal(smoothing))
        + dropDefines();
  }

  private String dropDefines() {
    if (rate < 0) {
      return " -DDROP=0";
    }
    Dropping drop = Dropping.of(rate);
    return " -DDROP=1 -DDROP_BITS=%d -DDROP_THRESHOLD=%d -DDROP_SCALE=%s -DDROP_STREAM=%su"
        .formatted(
            drop.bits(), drop.threshold(), literal(drop.scale()), Integer.toUnsignedString(STREAM));
  }

  private static String literal(double value) {
    return Float.toHexString((float) value) + "f";
  }

  private static int number(boolean is) {
    return is ? 1 : 0;
  }

  int groups() {
    return (batch + samples - 1) / samples;
  }

  /** The label of a sample of the data set; with many classes most are above 127. */
  int label(int sample) {
    return (classes - 1 + 7 * sample) % classes;
  }

  /** The labels of the data set. */
  int[] labels() {
    int[] labels = new int[LABELS];
    for (int sample = 0; sample < LABELS; sample++) {
      labels[sample] = label(sample);
    }
    return labels;
  }

  /** Sample numbers of two steps; the second is the one that runs. */
  int[] indices() {
    int[] indices = new int[2 * batch];
    Arrays.setAll(indices, i -> Math.floorMod(LABELS - 1 - 5 * i, LABELS));
    return indices;
  }

  /** The label of a sample of the step that runs. */
  int stepLabel(int n) {
    return label(indices()[batch + n]);
  }

  boolean kept(int n, int u) {
    if (rate < 0) {
      return true;
    }
    Dropping drop = Dropping.of(rate);
    int[] words = new int[4];
    Philox.block(KernelCall.SEED, u / drop.perBlock(), POSITION + n, STEP, STREAM, words, 0);
    return !drop.drops(words[u / drop.perWord() % 4], u % drop.perWord());
  }

  double dropScale() {
    return rate < 0 ? 1 : Dropping.of(rate).scale();
  }

  /** Numbers that a float holds. */
  double[] random(int seed, int count, double from, double to) {
    return new Random(seed).doubles(count, from, to).map(value -> (float) value).toArray();
  }

  double[] y() {
    return random(1, size * units, -2, 2.5);
  }

  double[] weights() {
    double most = Math.sqrt(1.0 / units);
    return random(2, units * classes, -most, most);
  }

  double[] biases() {
    return random(3, classes, -1, 1);
  }

  double[] gamma() {
    return random(4, units, 0.5, 1.5);
  }

  double[] beta() {
    return random(5, units, -1, 1);
  }

  double[] moving() {
    return random(6, units, 0.5, 3);
  }

  /** Means and biased variances of a range of samples. */
  double[][] moments(double[] y, int from, int to) {
    double[][] moments = new double[2][units];
    for (int u = 0; u < units; u++) {
      for (int n = from; n < to; n++) {
        moments[0][u] += y[n * units + u] / (to - from);
      }
      for (int n = from; n < to; n++) {
        moments[1][u] += Math.pow(y[n * units + u] - moments[0][u], 2) / (to - from);
      }
    }
    return moments;
  }

  /** Mean and sum of squared deviations of each tile; zeros where a tile has no samples. */
  double[] partials(double[] y) {
    double[] partials = new double[(batch + tile - 1) / tile * units * 2];
    for (int first = 0; first < size; first += tile) {
      int end = Math.min(first + tile, size);
      double[][] moments = moments(y, first, end);
      for (int u = 0; u < units; u++) {
        partials[2 * (first / tile * units + u)] = moments[0][u];
        partials[2 * (first / tile * units + u) + 1] = moments[1][u] * (end - first);
      }
    }
    return partials;
  }

  /** What the activation gets. */
  double[] normalized(double[] y, double[][] moments) {
    double[] z = y.clone();
    double[] scales = gamma();
    double[] offsets = beta();
    for (int e = 0; e < z.length && norm != Norm.NONE; e++) {
      int u = e % units;
      double gamma = norm == Norm.WITHOUT_GAMMA ? 1 : scales[u];
      double beta = norm == Norm.WITHOUT_BETA ? 0 : offsets[u];
      z[e] = gamma * (y[e] - moments[0][u]) / Math.sqrt(moments[1][u] + EPSILON) + beta;
    }
    return z;
  }

  double leaky(double z) {
    return z > 0 || Double.isNaN(z) ? z : slope == 0 ? 0 : slope * z;
  }

  /** The logits of outputs of the chain. */
  double[] logits(double[] a) {
    double[] logits = new double[size * classes];
    double[] w = weights();
    double[] offsets = biases();
    for (int e = 0; e < logits.length; e++) {
      int c = e % classes;
      logits[e] = bias ? offsets[c] : 0;
      for (int u = 0; u < units; u++) {
        logits[e] += a[e / classes * units + u] * w[u * classes + c];
      }
    }
    return logits;
  }
}
