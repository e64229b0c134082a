package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.opencl.ClassifierCase.Norm;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything behind the last large layer, in one launch, against plain loops in double. */
final class ClassifierKernelTest {
  /** What is not to be written. */
  private static final double SEVEN = 7;

  private FoundDevice found;

  static List<ClassifierCase> cases() {
    return List.of(
        new ClassifierCase(64, 64, 128, 10, 16, 64, 1, Norm.FULL, 0.25, 0.1, true, 0),
        new ClassifierCase(64, 33, 128, 10, 4, 16, 64, Norm.FULL, 0.25, 0.1, true, 0.1),
        new ClassifierCase(5, 3, 33, 3, 2, 1, 1, Norm.FULL, 0.5, 0, true, 0.25),
        new ClassifierCase(7, 1, 1, 1, 3, 64, 64, Norm.FULL, -1, 0, false, 0),
        new ClassifierCase(7, 4, 1, 10, 2, 3, 1, Norm.WITHOUT_GAMMA, 0.5, 1, true, 0),
        new ClassifierCase(9, 8, 33, 10, 9, 4, 64, Norm.NONE, 0.1, 1, true, 0),
        new ClassifierCase(9, 9, 1, 3, 1, 2, 1, Norm.NONE, -1, 0.1, false, 1),
        new ClassifierCase(65, 65, 128, 3, 32, 7, 1, Norm.WITHOUT_GAMMA, 0.3125, 1, false, 0.1),
        new ClassifierCase(65, 65, 128, 3, 32, 7, 64, Norm.WITHOUT_BETA, 0, 0, false, 0.1),
        new ClassifierCase(12, 7, 40, 256, 5, 8, 64, Norm.FULL, 0.30078125, 0.1, true, 0.1),
        new ClassifierCase(12, 7, 40, 256, 5, 2, 1, Norm.FULL, 0.30078125, 0.1, true, 0.1),
        new ClassifierCase(40, 40, 137, 20, 20, 3, 1, Norm.WITHOUT_BETA, 0.1, 0, true, 0));
  }

  /** What training makes of a batch. */
  private static final class Oracle {
    final ClassifierCase at;
    final double[] weights;
    final double[][] moments;
    final double[] dz;
    final double[] sums;
    final double[] dw;
    final double[] dbias;
    final double[] losses;
    final int[] hits;

    Oracle(ClassifierCase at, double[] y) {
      this.at = at;
      weights = at.weights();
      moments = at.moments(y, 0, at.size());
      dz = new double[at.size() * at.units()];
      sums = new double[2 * at.groups() * at.units()];
      dw = new double[at.groups() * at.units() * at.classes()];
      dbias = new double[at.groups() * at.classes()];
      losses = new double[2 * at.groups()];
      hits = new int[2 * at.groups()];
      Arrays.fill(losses, 0, at.groups(), SEVEN);
      Arrays.fill(hits, 0, at.groups(), Float.floatToIntBits((float) SEVEN));
      double[] z = at.normalized(y, moments);
      double[] a = new double[z.length];
      for (int e = 0; e < a.length; e++) {
        boolean kept = at.kept(e / at.units(), e % at.units());
        assertTrue(Math.abs(z[e]) > 1e-5 || Double.isNaN(z[e]), "z is near the kink");
        a[e] = kept ? at.dropScale() * at.leaky(z[e]) : 0;
      }
      double[] slopes = descend(at.logits(a));
      for (int n = 0; n < at.size(); n++) {
        for (int u = 0; u < at.units(); u++) {
          passBack(n, u, y, z, a, slopes);
        }
      }
    }

    private double[] descend(double[] logits) {
      double[] slopes = new double[logits.length];
      for (int n = 0; n < at.size(); n++) {
        int from = n * at.classes();
        int label = at.stepLabel(n);
        int best = 0;
        double sum = 0;
        for (int c = 0; c < at.classes(); c++) {
          best = logits[from + c] > logits[from + best] ? c : best;
          sum += Math.exp(logits[from + c]);
        }
        double loss = Math.log(sum);
        for (int c = 0; c < at.classes(); c++) {
          double q = (c == label ? 1 - at.smoothing() : 0) + at.smoothing() / at.classes();
          loss -= q == 0 ? 0 : q * logits[from + c];
          slopes[from + c] = (Math.exp(logits[from + c]) / sum - q) / at.size();
          dbias[n / at.samples() * at.classes() + c] += slopes[from + c];
        }
        losses[at.groups() + n / at.samples()] += loss;
        hits[at.groups() + n / at.samples()] += best == label ? 1 : 0;
      }
      return slopes;
    }

    private void passBack(int n, int u, double[] y, double[] z, double[] a, double[] slopes) {
      int e = n * at.units() + u;
      int inGroup = n / at.samples() * at.units() + u;
      double da = 0;
      for (int c = 0; c < at.classes(); c++) {
        double slope = slopes[n * at.classes() + c];
        da += slope * weights[u * at.classes() + c];
        dw[inGroup * at.classes() + c] += a[e] * slope;
      }
      dz[e] = at.kept(n, u) ? at.dropScale() * (z[e] > 0 ? 1 : at.slope()) * da : 0;
      sums[2 * inGroup] += dz[e];
      sums[2 * inGroup + 1] += dz[e] * (y[e] - moments[0][u]);
    }
  }

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void trains(ClassifierCase at) {
    double[] y = at.y();
    Oracle oracle = new Oracle(at, y);
    KernelCall.Outputs actual = train(at, y);
    boolean norm = at.norm() != Norm.NONE;
    double[] means = at.moving();
    double[] variances = at.moving();
    double[] statistics = new double[2 * at.units()];
    for (int u = 0; u < at.units(); u++) {
      double keep = ClassifierCase.MOMENTUM;
      means[u] = keep * means[u] + (1 - keep) * oracle.moments[0][u];
      variances[u] = keep * variances[u] + (1 - keep) * oracle.moments[1][u];
      statistics[2 * u] = oracle.moments[0][u];
      statistics[2 * u + 1] = 1 / Math.sqrt(oracle.moments[1][u] + ClassifierCase.EPSILON);
    }
    assertClose(norm ? means : at.moving(), actual.floats(0), at.size(), 1);
    assertClose(norm ? variances : at.moving(), actual.floats(1), at.size(), 1);
    double most = Arrays.stream(statistics).map(Math::abs).max().orElseThrow();
    assertClose(norm ? statistics : sevens(statistics), actual.floats(2), at.size(), most);
    int terms = at.units() + at.classes() + at.size();
    double slope = 2 * at.dropScale() / at.size();
    double weight = Math.sqrt(1.0 / at.units());
    assertClose(oracle.dz, actual.floats(3), terms, slope * weight);
    double sum = 3 * at.samples() * slope * weight;
    assertClose(norm ? oracle.sums : sevens(oracle.sums), actual.floats(4), terms, sum);
    assertClose(oracle.dw, actual.floats(5), terms, at.samples() * slope);
    double[] dbias = at.bias() ? oracle.dbias : sevens(oracle.dbias);
    assertClose(dbias, actual.floats(6), terms, at.samples() * slope);
    assertClose(oracle.losses, actual.floats(7), terms, at.samples());
    assertArrayEquals(oracle.hits, actual.words().get(8));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void predicts(ClassifierCase at) {
    double[] y = at.y();
    double[] a = at.normalized(y, new double[][] {at.moving(), at.moving()});
    double[] logits = at.logits(Arrays.stream(a).map(at::leaky).toArray());
    double[] losses = new double[at.size()];
    for (int n = 0; n < at.size(); n++) {
      int from = n * at.classes();
      int label = at.stepLabel(n);
      double sum = 0;
      for (int c = 0; c < at.classes(); c++) {
        sum += Math.exp(logits[from + c]);
      }
      losses[n] = Math.log(sum) - logits[from + label];
      for (int c = 0; c < at.classes(); c++) {
        logits[from + c] = Math.exp(logits[from + c]) / sum;
      }
    }
    KernelCall.Outputs actual = predict(at, y);
    assertClose(logits, actual.floats(0), at.units() + at.classes(), 1);
    assertClose(losses, actual.floats(1), at.units() + at.classes(), 1);
  }

  /** Without a slope nothing is left of minus infinity; NaN reaches its sample and no other. */
  @Test
  void selectsAndKeepsNan() {
    for (int group : new int[] {1, 64}) {
      ClassifierCase at = new ClassifierCase(4, 3, 33, 3, 2, 1, group, Norm.NONE, 0.5, 0, true, 0);
      double[] y = at.y();
      int infinite = first(at, 0, true);
      int dropped = first(at, 0, false);
      int nan = at.units() + first(at, 1, true);
      y[infinite] = -1;
      float[] expected = train(at, y).floats(3);
      y[infinite] = Double.NEGATIVE_INFINITY;
      y[dropped] = Double.NaN;
      y[nan] = Double.NaN;
      KernelCall.Outputs actual = train(at, y);
      for (int e = 0; e < expected.length; e++) {
        boolean lost = e / at.units() == 1 && at.kept(1, e % at.units());
        assertEquals(lost ? Float.NaN : expected[e], actual.floats(3)[e], "element " + e);
      }
      assertTrue(Float.isNaN(actual.floats(7)[at.groups()]));
      assertTrue(Float.isFinite(actual.floats(7)[at.groups() + 1]));
      float[] losses = predict(at, y).floats(1);
      assertTrue(Float.isNaN(losses[0]) && Float.isNaN(losses[1]) && Float.isFinite(losses[2]));
    }
  }

  private static int first(ClassifierCase at, int n, boolean kept) {
    int u = 0;
    while (at.kept(n, u) != kept) {
      u++;
    }
    return u;
  }

  /**
   * Outputs: moving mean, moving variance, statistics, dz, sums, dw, dbias, losses, hits. Samples
   * that the step does not have hold NaN.
   */
  private KernelCall.Outputs train(ClassifierCase at, double[] y) {
    double[] statistics = new double[2 * at.units()];
    double[] sums = new double[2 * at.groups() * at.units()];
    boolean norm = at.norm() != Norm.NONE;
    KernelCall call =
        new KernelCall(found, "classifier", at.defines(), "classifier")
            .group(at.group())
            .exactly(at.groups())
            .step(at.size(), ClassifierCase.POSITION, ClassifierCase.STEP)
            .floats(withTail(at, y))
            .floats(at.partials(y))
            .floats(at.gamma())
            .floats(at.beta())
            .output(at.moving())
            .output(at.moving());
    call = norm ? call.output(statistics.length) : call.output(sevens(statistics));
    call =
        call.number((int) KernelCall.SEED)
            .number((int) (KernelCall.SEED >>> 32))
            .floats(at.weights())
            .floats(at.biases())
            .ints(at.labels())
            .ints(at.indices())
            .output(at.size() * at.units());
    call = norm ? call.output(sums.length) : call.output(sevens(sums));
    call = call.output(at.groups() * at.units() * at.classes());
    double[] dbias = new double[at.groups() * at.classes()];
    call = at.bias() ? call.output(dbias.length) : call.output(sevens(dbias));
    double[] results = sevens(new double[2 * at.groups()]);
    return call.output(results).output(results).run();
  }

  private KernelCall.Outputs predict(ClassifierCase at, double[] y) {
    return new KernelCall(found, "classifier_inference", at.defines(), "classifier_inference")
        .group(at.group())
        .exactly(at.groups())
        .step(at.size(), 0, 0)
        .floats(withTail(at, y))
        .floats(at.moving())
        .floats(at.moving())
        .floats(at.gamma())
        .floats(at.beta())
        .floats(at.weights())
        .floats(at.biases())
        .ints(at.labels())
        .ints(at.indices())
        .outputBehind(at.batch() * at.classes(), at.size() * at.classes())
        .outputBehind(at.batch(), at.size())
        .run();
  }

  private static double[] sevens(double[] like) {
    double[] sevens = new double[like.length];
    Arrays.fill(sevens, SEVEN);
    return sevens;
  }

  private static double[] withTail(ClassifierCase at, double[] y) {
    double[] all = Arrays.copyOf(y, at.batch() * at.units());
    Arrays.fill(all, y.length, all.length, Double.NaN);
    return all;
  }

  /** Within the conformance suite's tolerance; nothing smaller than {@code least} counts. */
  private static void assertClose(double[] expected, float[] actual, int terms, double least) {
    double tolerance = 8 * 0x1p-24 * Math.sqrt(terms) * least;
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance, "element " + i);
    }
  }
}
