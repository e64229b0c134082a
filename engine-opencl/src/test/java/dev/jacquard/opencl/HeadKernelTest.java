package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Softmax and cross-entropy against plain loops in double. */
final class HeadKernelTest {
  private static final String FAMILY = "softmax_cross_entropy";
  private static final int SAMPLES = 300;
  private static final double UNIT = 0x1p-24;

  private FoundDevice found;

  /**
   * A head.
   *
   * @param batch samples that the buffers have room for
   * @param size samples of the step
   */
  record Head(int batch, int size, int classes, float smoothing) {
    String defines() {
      return " -DBATCH=%d -DCLASSES=%d -DSMOOTHING=%s"
          .formatted(batch, classes, Float.toHexString(smoothing) + "f");
    }

    /** Of the resident data set; most are above 127 where there are so many classes. */
    int label(int sample) {
      return (classes - 1 + 7 * sample) % classes;
    }

    int[] labels() {
      int[] labels = new int[SAMPLES];
      for (int sample = 0; sample < SAMPLES; sample++) {
        labels[sample] = label(sample);
      }
      return labels;
    }

    /** Sample numbers of two steps; the second is the one that runs. */
    int[] indices() {
      int[] indices = new int[2 * batch];
      Arrays.setAll(indices, i -> (SAMPLES - 1 - 5 * i + 10 * SAMPLES) % SAMPLES);
      return indices;
    }

    int[] stepLabels() {
      int[] labels = new int[size];
      Arrays.setAll(labels, n -> label(indices()[batch + n]));
      return labels;
    }
  }

  static List<Head> heads() {
    return List.of(
        new Head(1, 1, 1, 0),
        new Head(5, 3, 1, 0.5f),
        new Head(7, 7, 2, 0.1f),
        new Head(64, 33, 10, 0),
        new Head(65, 65, 10, 0.25f),
        new Head(31, 30, 31, 1),
        new Head(100, 99, 256, 0.1f));
  }

  /** Losses, gradients, hits and probabilities by the definition. */
  private static final class Oracle {
    final double[] probabilities;
    final double[] dlogits;
    final double[] losses;
    final int[] hits;

    Oracle(Head head, double[] logits, int[] labels, double smoothing) {
      probabilities = new double[logits.length];
      dlogits = new double[logits.length];
      losses = new double[labels.length];
      hits = new int[labels.length];
      for (int n = 0; n < labels.length; n++) {
        sample(head.classes(), logits, n, labels[n], smoothing);
      }
    }

    private void sample(int classes, double[] logits, int n, int label, double smoothing) {
      int from = n * classes;
      double most = Arrays.stream(logits, from, from + classes).reduce(Math::max).orElseThrow();
      double sum = 0;
      for (int e = from; e < from + classes; e++) {
        sum += Math.exp(logits[e] - most);
      }
      // Less the maximum, as the targets sum to 1: else great logits leave nothing of a loss.
      losses[n] = Math.log(sum);
      int best = 0;
      for (int c = 0; c < classes; c++) {
        double q = (c == label ? 1 - smoothing : 0) + smoothing / classes;
        losses[n] -= q == 0 ? 0 : q * (logits[from + c] - most);
        probabilities[from + c] = Math.exp(logits[from + c] - most) / sum;
        dlogits[from + c] = (probabilities[from + c] - q) / losses.length;
        best = logits[from + c] > logits[from + best] ? c : best;
      }
      hits[n] = best == label ? 1 : 0;
    }
  }

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  @ParameterizedTest
  @MethodSource("heads")
  void matchesTheDefinition(Head head) {
    double[] logits = random(head, 1);
    Oracle oracle = new Oracle(head, logits, head.stepLabels(), head.smoothing());
    KernelCall.Outputs actual =
        train(head, logits).output(logits.length).output(head.size()).output(head.size()).run();
    assertClose(oracle.dlogits, actual.floats(0), head.classes(), 1.0 / head.size());
    assertClose(oracle.losses, actual.floats(1), head.classes(), 1);
    assertArrayEquals(oracle.hits, actual.words().get(2));
  }

  @ParameterizedTest
  @MethodSource("heads")
  void predictsWithoutSmoothing(Head head) {
    double[] logits = random(head, 3);
    Oracle oracle = new Oracle(head, logits, head.stepLabels(), 0);
    KernelCall.Outputs actual = predict(head, logits);
    assertClose(oracle.probabilities, actual.floats(0), head.classes(), 1);
    assertClose(oracle.losses, actual.floats(1), head.classes(), 1);
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 0.1f})
  void neitherOverflowsNorLosesNan(float smoothing) {
    double big = Float.MAX_VALUE;
    double inf = Double.POSITIVE_INFINITY;
    double nan = Double.NaN;
    double[][] rows = {
      {1e4, -1e4, 1e4 - 1},
      {-1e4, -1e4, -1e4},
      {big, big, 0},
      {0, -100, -200},
      {-inf, 1, 2},
      {1, 2, -inf},
      {-inf, -inf, -inf},
      {inf, 0, 1},
      {inf, inf, 1},
      {nan, 1, 2},
      {1, nan, 2},
      {1, 2, nan},
    };
    // Three times, so that each row meets each label.
    Head head = new Head(40, 3 * rows.length, 3, smoothing);
    double[] logits = new double[head.size() * head.classes()];
    for (int n = 0; n < head.size(); n++) {
      double[] row = rows[n / 3];
      System.arraycopy(row, 0, logits, 3 * n, 3);
    }
    Oracle oracle = new Oracle(head, logits, head.stepLabels(), smoothing);
    KernelCall.Outputs actual =
        train(head, logits).output(logits.length).output(head.size()).output(head.size()).run();
    assertSame(oracle.dlogits, actual.floats(0));
    assertSame(oracle.losses, actual.floats(1));
    assertArrayEquals(oracle.hits, actual.words().get(2));

    Oracle plain = new Oracle(head, logits, head.stepLabels(), 0);
    KernelCall.Outputs predicted = predict(head, logits);
    assertSame(plain.probabilities, predicted.floats(0));
    assertSame(plain.losses, predicted.floats(1));
  }

  /** The loss is near 1e-6 and the slope near 1e-6: a difference from 1 would leave one digit. */
  @Test
  void keepsTheDigitsOfASampleThatIsAlmostRight() {
    Head head = new Head(3, 3, 5, 0);
    double[] logits = new double[head.size() * head.classes()];
    int[] labels = head.stepLabels();
    for (int n = 0; n < head.size(); n++) {
      logits[n * head.classes() + labels[n]] = 15 + n;
    }
    Oracle oracle = new Oracle(head, logits, labels, 0);
    KernelCall.Outputs actual = train(head, logits).output(logits.length).output(3).output(3).run();
    for (int e = 0; e < logits.length; e++) {
      assertEquals(oracle.dlogits[e], actual.floats(0)[e], 1e-6 * Math.abs(oracle.dlogits[e]));
    }
    for (int n = 0; n < head.size(); n++) {
      double expected = Math.log1p((head.classes() - 1) * Math.exp(-15 - n));
      assertEquals(expected, actual.floats(1)[n], 1e-6 * expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 1000, 100_003})
  void sumsABatch(int size) {
    double[] losses = new Random(size).doubles(size + 1, 1, 3).map(loss -> (float) loss).toArray();
    int[] hits = new Random(size).ints(size + 1, 0, 2).toArray();
    double mean = Arrays.stream(losses, 0, size).sum() / size;
    losses[size] = Double.NaN;
    KernelCall.Outputs actual =
        new KernelCall(found, FAMILY, "", FAMILY + "_sum")
            .step(size, 0, 0)
            .floats(losses)
            .ints(hits)
            .output(7, 7)
            .output(7, 7)
            .run();
    assertEquals(7, actual.floats(0)[0]);
    assertEquals(mean, actual.floats(0)[1], 8 * UNIT * mean);
    assertEquals(7, actual.floats(1)[0]);
    assertEquals(Arrays.stream(hits, 0, size).sum(), actual.words().get(1)[1]);
  }

  @Test
  void sumsNan() {
    KernelCall.Outputs actual =
        new KernelCall(found, FAMILY, "", FAMILY + "_sum")
            .step(3, 0, 0)
            .floats(1, Double.NaN, 2)
            .ints(1, 0, 1)
            .output(7, 7)
            .output(7, 7)
            .run();
    assertTrue(Float.isNaN(actual.floats(0)[1]));
    assertEquals(2, actual.words().get(1)[1]);
  }

  private KernelCall train(Head head, double[] logits) {
    return new KernelCall(found, FAMILY, head.defines(), FAMILY)
        .step(head.size(), 0, 0)
        .floats(withTail(head, logits))
        .ints(head.labels())
        .ints(head.indices());
  }

  /** Probabilities and losses. */
  private KernelCall.Outputs predict(Head head, double[] logits) {
    return new KernelCall(found, FAMILY, head.defines(), FAMILY + "_inference")
        .step(head.size(), 0, 0)
        .floats(withTail(head, logits))
        .ints(head.labels())
        .ints(head.indices())
        .outputBehind(head.batch() * head.classes(), logits.length)
        .outputBehind(head.batch(), head.size())
        .run();
  }

  /** With NaN for the samples that the step does not have. */
  private static double[] withTail(Head head, double[] logits) {
    double[] all = Arrays.copyOf(logits, head.batch() * head.classes());
    Arrays.fill(all, logits.length, all.length, Double.NaN);
    return all;
  }

  /** Numbers that a float holds, for the step's samples. */
  private static double[] random(Head head, int seed) {
    return new Random(seed)
        .doubles((long) head.size() * head.classes())
        .map(value -> (float) (8 * value - 4))
        .toArray();
  }

  private static void assertClose(double[] expected, float[] actual, int terms, double least) {
    double most = Math.max(Arrays.stream(expected).map(Math::abs).max().orElseThrow(), least);
    double tolerance = 8 * UNIT * Math.sqrt(terms) * most;
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance, "element " + i);
    }
  }

  /** NaN for NaN, infinity for infinity, otherwise equal but for a few roundings. */
  private static void assertSame(double[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      float wanted = (float) expected[i];
      if (Float.isFinite(wanted)) {
        assertEquals(wanted, actual[i], 1e-6f * Math.max(1, Math.abs(wanted)), "element " + i);
      } else {
        assertEquals(wanted, actual[i], "element " + i);
      }
    }
  }
}
