package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batch norm, each kernel fed with what the one before it made, against plain loops in double. */
final class NormalizationKernelTest {
  private static final float EPSILON = 1e-3f;
  private static final float MOMENTUM = 0.75f;

  private FoundDevice found;

  /**
   * A normalisation.
   *
   * @param batch samples that the buffers have room for
   * @param size samples of the step
   */
  record Norm(
      int batch,
      int size,
      int pixels,
      int channels,
      int tile,
      int lanes,
      boolean scale,
      boolean center) {
    static Norm of(int batch, int size, int pixels, int channels, int tile, int lanes) {
      return new Norm(batch, size, pixels, channels, tile, lanes, true, true);
    }

    int rows() {
      return size * pixels;
    }

    int elements() {
      return rows() * channels;
    }

    int tiles() {
      return (batch * pixels + tile - 1) / tile;
    }

    String defines(boolean accumulate) {
      return (" -DBATCH=%d -DPIXELS=%d -DCHANNELS=%d -DTILE=%d -DLANES=%d -DEPSILON=%s"
              + " -DMOMENTUM=%s -DSCALE=%d -DCENTER=%d -DACCUMULATE=%d")
          .formatted(
              batch,
              pixels,
              channels,
              tile,
              lanes,
              Float.toHexString(EPSILON) + "f",
              Float.toHexString(MOMENTUM) + "f",
              scale ? 1 : 0,
              center ? 1 : 0,
              accumulate ? 1 : 0);
    }
  }

  static List<Norm> norms() {
    return List.of(
        Norm.of(1, 1, 1, 1, 64, 16),
        Norm.of(1, 1, 1, 7, 64, 64),
        Norm.of(5, 4, 1, 2048, 3, 1),
        Norm.of(33, 31, 1, 13, 8, 4),
        Norm.of(7, 5, 35, 1, 4, 64),
        Norm.of(3, 1, 99, 17, 1, 16),
        Norm.of(5, 5, 49, 65, 64, 16),
        Norm.of(257, 256, 193, 2, 64, 16),
        new Norm(4, 3, 20, 6, 16, 8, false, true),
        new Norm(4, 3, 20, 6, 16, 8, true, false),
        new Norm(4, 3, 20, 6, 16, 8, false, false));
  }

  /** Input, parameters and gradient of a normalisation, and what follows from them in double. */
  private static final class Oracle {
    final Norm norm;
    final double[] x;
    final double[] dy;
    final double[] gamma;
    final double[] beta;
    final double[] mean;
    final double[] variance;

    Oracle(Norm norm, double offset) {
      this.norm = norm;
      x = random(1, norm.elements(), offset - 2, offset + 2);
      dy = random(2, norm.elements(), -1, 1.5);
      gamma = random(3, norm.channels(), 0.5, 1.5);
      beta = random(4, norm.channels(), -1, 1);
      mean = new double[norm.channels()];
      variance = new double[norm.channels()];
      for (int e = 0; e < x.length; e++) {
        mean[channel(e)] += x[e] / norm.rows();
      }
      for (int e = 0; e < x.length; e++) {
        double off = x[e] - mean[channel(e)];
        variance[channel(e)] += off * off / norm.rows();
      }
    }

    int channel(int element) {
      return element % norm.channels();
    }

    double gamma(int c) {
      return norm.scale() ? gamma[c] : 1;
    }

    double normalized(int e, double[] means, double[] variances) {
      int c = channel(e);
      return (x[e] - means[c]) / Math.sqrt(variances[c] + EPSILON);
    }

    double[] y(double[] means, double[] variances) {
      double[] y = new double[x.length];
      for (int e = 0; e < y.length; e++) {
        int c = channel(e);
        y[e] = gamma(c) * normalized(e, means, variances) + (norm.center() ? beta[c] : 0);
      }
      return y;
    }

    double[] dbeta() {
      double[] sum = new double[mean.length];
      for (int e = 0; e < dy.length; e++) {
        sum[channel(e)] += dy[e];
      }
      return sum;
    }

    double[] dgamma() {
      double[] sum = new double[mean.length];
      for (int e = 0; e < dy.length; e++) {
        sum[channel(e)] += dy[e] * normalized(e, mean, variance);
      }
      return sum;
    }

    double[] dx() {
      double[] sum = dbeta();
      double[] dot = dgamma();
      double[] dx = new double[x.length];
      for (int e = 0; e < dx.length; e++) {
        int c = channel(e);
        double centred =
            dy[e] - sum[c] / norm.rows() - normalized(e, mean, variance) * dot[c] / norm.rows();
        dx[e] = gamma(c) / Math.sqrt(variance[c] + EPSILON) * centred;
      }
      return dx;
    }
  }

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  @ParameterizedTest
  @MethodSource("norms")
  void normalizesByTheMomentsOfTheBatch(Norm norm) {
    Oracle oracle = new Oracle(norm, 0);
    double[] partials = partials(norm, oracle.x);
    int used = (norm.rows() + norm.tile() - 1) / norm.tile() * norm.channels() * 2;
    for (int i = used; i < partials.length; i++) {
      assertEquals(0, partials[i], "partial " + i + " of a tile beyond the size");
    }
    double[] moving = random(5, norm.channels(), -1, 1);
    KernelCall.Outputs merged = statistics(norm, partials, moving);
    double[] expectedMean = new double[norm.channels()];
    double[] expectedVariance = new double[norm.channels()];
    double[] expected = new double[2 * norm.channels()];
    for (int c = 0; c < norm.channels(); c++) {
      expectedMean[c] = MOMENTUM * moving[c] + (1 - MOMENTUM) * oracle.mean[c];
      expectedVariance[c] = MOMENTUM * moving[c] + (1 - MOMENTUM) * oracle.variance[c];
      expected[2 * c] = oracle.mean[c];
      expected[2 * c + 1] = 1 / Math.sqrt(oracle.variance[c] + EPSILON);
    }
    assertClose(expectedMean, merged.floats(0), norm.rows(), 1);
    assertClose(expectedVariance, merged.floats(1), norm.rows(), 1);
    assertClose(expected, merged.floats(2), norm.rows(), 1);
    double[] y = oracle.y(oracle.mean, oracle.variance);
    assertClose(y, y(oracle, wide(merged.floats(2))), norm.rows(), 1);
  }

  @ParameterizedTest
  @MethodSource("norms")
  void spreadsTheGradientThroughTheMoments(Norm norm) {
    Oracle oracle = new Oracle(norm, 0);
    double[] moving = new double[norm.channels()];
    double[] statistics = wide(statistics(norm, partials(norm, oracle.x), moving).floats(2));
    KernelCall.Outputs sums =
        backwardStatistics(oracle, statistics, backwardSums(oracle, statistics));
    assertClose(norm.scale(), oracle.dgamma(), sums.floats(0), norm.rows());
    assertClose(norm.center(), oracle.dbeta(), sums.floats(1), norm.rows());

    double[] coefficients = wide(sums.floats(2));
    double[] there = random(6, norm.elements(), -1, 1);
    double[] dx = oracle.dx();
    double most = Arrays.stream(coefficients).map(Math::abs).max().orElseThrow();
    float[] written =
        backward(oracle, statistics, coefficients, false).output(norm.elements()).run().floats(0);
    assertClose(dx, written, norm.rows(), most);
    float[] added = backward(oracle, statistics, coefficients, true).output(there).run().floats(0);
    Arrays.setAll(dx, e -> dx[e] + there[e]);
    assertClose(dx, added, norm.rows(), most);
  }

  @ParameterizedTest
  @MethodSource("norms")
  void normalizesByTheMovingMomentsInInference(Norm norm) {
    Oracle oracle = new Oracle(norm, 0);
    double[] means = random(7, norm.channels(), -1, 1);
    double[] variances = random(8, norm.channels(), 0, 3);
    float[] y =
        call(norm, "batch_norm", "batch_norm_inference")
            .floats(withTail(norm, oracle.x))
            .floats(means)
            .floats(variances)
            .floats(oracle.gamma)
            .floats(oracle.beta)
            .output(norm.elements())
            .run()
            .floats(0);
    assertClose(oracle.y(means, variances), y, 1, 1);
  }

  /** A sum of squares less a squared sum would have no digit left; nor would a long chain. */
  @Test
  void keepsItsDigitsFarFromZero() {
    Norm norm = Norm.of(129, 128, 131, 3, 64, 16);
    Oracle oracle = new Oracle(norm, 1000);
    double[] moving = new double[norm.channels()];
    double[] statistics = wide(statistics(norm, partials(norm, oracle.x), moving).floats(2));
    for (int c = 0; c < norm.channels(); c++) {
      assertEquals(oracle.mean[c], statistics[2 * c], 2 * Math.ulp(1000f));
      double inverse = 1 / Math.sqrt(oracle.variance[c] + EPSILON);
      assertEquals(inverse, statistics[2 * c + 1], 1e-6 * inverse);
    }
    double[] expected = oracle.y(oracle.mean, oracle.variance);
    float[] y = y(oracle, statistics);
    for (int e = 0; e < y.length; e++) {
      assertEquals(expected[e], y[e], 4 * Math.ulp(1000f));
    }
  }

  @Test
  void keepsNanInItsChannel() {
    Norm norm = Norm.of(4, 3, 11, 5, 8, 4);
    Oracle oracle = new Oracle(norm, 0);
    oracle.x[20 * norm.channels() + 2] = Double.NaN;
    oracle.x[7 * norm.channels() + 3] = Double.POSITIVE_INFINITY;
    oracle.dy[12 * norm.channels() + 4] = Double.NaN;
    KernelCall.Outputs merged = statistics(norm, partials(norm, oracle.x), new double[5]);
    double[] statistics = wide(merged.floats(2));
    float[] y = y(oracle, statistics);
    KernelCall.Outputs sums =
        backwardStatistics(oracle, statistics, backwardSums(oracle, statistics));
    float[] dx =
        backward(oracle, statistics, wide(sums.floats(2)), false)
            .output(norm.elements())
            .run()
            .floats(0);
    for (int e = 0; e < y.length; e++) {
      int c = e % norm.channels();
      assertEquals(c == 2 || c == 3, Float.isNaN(y[e]), "y " + e);
      assertEquals(c >= 2, Float.isNaN(dx[e]), "dx " + e);
    }
    for (int c = 0; c < norm.channels(); c++) {
      assertEquals(c == 2 || c == 3, Float.isNaN(merged.floats(0)[c]), "moving mean " + c);
      assertEquals(c == 2 || c == 3, Float.isNaN(merged.floats(1)[c]), "moving variance " + c);
      assertEquals(c >= 2, Float.isNaN(sums.floats(0)[c]), "dgamma " + c);
      assertEquals(c == 4, Float.isNaN(sums.floats(1)[c]), "dbeta " + c);
    }
  }

  private KernelCall call(Norm norm, String family, String name) {
    return call(norm, family, name, false);
  }

  private KernelCall call(Norm norm, String family, String name, boolean accumulate) {
    return new KernelCall(found, family, norm.defines(accumulate), name).step(norm.size(), 0, 0);
  }

  private double[] partials(Norm norm, double[] x) {
    return wide(
        call(norm, "batch_norm", "batch_norm_moments")
            .floats(withTail(norm, x))
            .output(norm.tiles() * norm.channels() * 2)
            .run()
            .floats(0));
  }

  /** The moving mean, the moving variance, both of which were {@code moving}, and statistics. */
  private KernelCall.Outputs statistics(Norm norm, double[] partials, double[] moving) {
    return call(norm, "batch_norm", "batch_norm_statistics")
        .floats(partials)
        .output(moving)
        .output(moving)
        .output(2 * norm.channels())
        .run();
  }

  private float[] y(Oracle oracle, double[] statistics) {
    return call(oracle.norm, "batch_norm", "batch_norm")
        .floats(withTail(oracle.norm, oracle.x))
        .floats(statistics)
        .floats(oracle.gamma)
        .floats(oracle.beta)
        .output(oracle.x.length)
        .run()
        .floats(0);
  }

  private double[] backwardSums(Oracle oracle, double[] statistics) {
    Norm norm = oracle.norm;
    return wide(
        call(norm, "batch_norm_backward", "batch_norm_backward_sums")
            .floats(withTail(norm, oracle.x))
            .floats(statistics)
            .floats(withTail(norm, oracle.dy))
            .output(norm.tiles() * norm.channels() * 2)
            .run()
            .floats(0));
  }

  /** dgamma and dbeta, which stay 7 where they are not written, and coefficients. */
  private KernelCall.Outputs backwardStatistics(
      Oracle oracle, double[] statistics, double[] partials) {
    double[] sevens = new double[oracle.norm.channels()];
    Arrays.fill(sevens, 7);
    return call(oracle.norm, "batch_norm_backward", "batch_norm_backward_statistics")
        .floats(partials)
        .floats(statistics)
        .floats(oracle.gamma)
        .output(sevens)
        .output(sevens)
        .output(4 * oracle.norm.channels())
        .run();
  }

  /** The last kernel, for its output to follow. */
  private KernelCall backward(
      Oracle oracle, double[] statistics, double[] coefficients, boolean accumulate) {
    return call(oracle.norm, "batch_norm_backward", "batch_norm_backward", accumulate)
        .floats(withTail(oracle.norm, oracle.x))
        .floats(statistics)
        .floats(coefficients)
        .floats(withTail(oracle.norm, oracle.dy));
  }

  /** With NaN for the samples that the step does not have. */
  private static double[] withTail(Norm norm, double[] values) {
    double[] all = Arrays.copyOf(values, norm.batch() * norm.pixels() * norm.channels());
    Arrays.fill(all, values.length, all.length, Double.NaN);
    return all;
  }

  /** Numbers that a float holds. */
  private static double[] random(int seed, int count, double from, double to) {
    return new Random(seed).doubles(count, from, to).map(value -> (float) value).toArray();
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  /** A parameter's gradient, or the 7 that were there. */
  private static void assertClose(boolean written, double[] expected, float[] actual, int terms) {
    if (!written) {
      Arrays.fill(expected, 7);
    }
    assertClose(expected, actual, terms, written ? 1 : 0);
  }

  /** Within the conformance suite's tolerance; nothing smaller than {@code least} counts. */
  private static void assertClose(double[] expected, float[] actual, int terms, double least) {
    double most = Math.max(Arrays.stream(expected).map(Math::abs).max().orElseThrow(), least);
    double tolerance = 8 * 0x1p-24 * Math.sqrt(terms) * most;
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance, "element " + i);
    }
  }
}
