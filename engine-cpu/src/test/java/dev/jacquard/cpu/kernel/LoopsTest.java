package dev.jacquard.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.random.Philox;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both implementations of {@link Loops} against plain double arithmetic. */
class LoopsTest {
  private static final float SENTINEL = 12345.5f;
  private static final int FENCE = 16;

  private final Random random = new Random(21);

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.scalar(), Kernels.vector());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sumsAreThoseOfEachChannel(Kernels kernels) {
    for (int width : new int[] {1, 2, 3, 5, 14}) {
      for (int vectors = 1; vectors <= 3; vectors++) {
        for (int images = 1; images <= 3; images++) {
          checkSums(kernels, images, 1 + width % 4, width, vectors * kernels.lanes());
        }
      }
    }
  }

  private void checkSums(Kernels kernels, int images, int height, int width, int channels) {
    int pixel = channels + kernels.lanes();
    int row = (width + 1) * pixel;
    int image = height * row + 4;
    float[] x = new float[FENCE + images * image];
    Arrays.fill(x, Float.NaN);
    double[] sums = new double[channels];
    for (int i = 0; i < images * height * width; i++) {
      int rows = i / width;
      int at = FENCE + rows / height * image + rows % height * row + i % width * pixel;
      for (int c = 0; c < channels; c++) {
        x[at + c] = (float) (random.nextGaussian() + 10);
        sums[c] += x[at + c];
      }
    }
    float[] out = fenced(channels);
    kernels.loops().sums(x, FENCE, images, image, height, row, width, pixel, channels, out, FENCE);
    for (int c = 0; c < channels; c++) {
      assertEquals(sums[c], out[FENCE + c], 1e-6 * sums[c], "sum");
      out[FENCE + c] = SENTINEL;
    }
    assertArrayEquals(fenced(channels), out);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void addAddsTheRangeOnly(Kernels kernels) {
    int count = 3 * kernels.lanes();
    float[] from = gaussians(count + 5);
    float[] to = gaussians(count + 2 * FENCE);
    float[] expected = to.clone();
    for (int i = 0; i < count; i++) {
      expected[FENCE + i] += from[5 + i];
    }
    kernels.loops().add(from, 5, to, FENCE, count);
    assertArrayEquals(expected, to);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void curvesAreExactToALastDigitOrTwo(Kernels kernels) {
    float[] x = new float[20_011];
    for (int i = 0; i < 10_000; i++) {
      x[i] = (float) Math.scalb(random.nextDouble(-1, 1), random.nextInt(-40, 5));
      x[10_000 + i] = (float) random.nextDouble(-20, 20);
    }
    float[] y = fenced(x.length);
    kernels.loops().sigmoid(x, 0, y, FENCE, x.length);
    checkCurve(x, y, z -> 1 / (1 + Math.exp(-z)));
    y = fenced(x.length);
    kernels.loops().tanh(x, 0, y, FENCE, x.length);
    checkCurve(x, y, Math::tanh);
  }

  private void checkCurve(float[] x, float[] y, DoubleUnaryOperator curve) {
    for (int i = 0; i < x.length; i++) {
      double expected = curve.applyAsDouble(x[i]);
      assertEquals(expected, y[FENCE + i], 2e-7 * Math.abs(expected), "at " + x[i]);
      y[FENCE + i] = SENTINEL;
    }
    assertArrayEquals(fenced(x.length), y);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void curvesHoldTheirLimitsAndPassOnWhatIsNoNumber(Kernels kernels) {
    float inf = Float.POSITIVE_INFINITY;
    float[] x = {-inf, -1e30f, -200, 0, 1e-20f, Float.MIN_VALUE, 200, 1e30f, inf, Float.NaN};
    float[] wide = Arrays.copyOf(x, Math.max(x.length, kernels.lanes()) + kernels.lanes());
    float[] y = new float[wide.length];
    kernels.loops().tanh(wide, 0, y, 0, wide.length);
    float[] tanh = {-1, -1, -1, 0, 1e-20f, Float.MIN_VALUE, 1, 1, 1, Float.NaN};
    assertArrayEquals(tanh, Arrays.copyOf(y, x.length));
    kernels.loops().sigmoid(wide, 0, y, 0, wide.length);
    float[] sigmoid = {0, 0, 0, 0.5f, 0.5f, 0.5f, 1, 1, 1, Float.NaN};
    assertArrayEquals(sigmoid, Arrays.copyOf(y, x.length), 2e-38f);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void adamFollowsItsFormula(Kernels kernels) {
    int count = 3 * kernels.lanes();
    float[] w = gaussians(count + 2 * FENCE);
    float[] g = gaussians(w.length);
    float[] m = gaussians(w.length);
    float[] v = gaussians(w.length);
    for (int i = 0; i < v.length; i++) {
      v[i] = Math.abs(v[i]);
    }
    float rate = 0.01f;
    float epsilon = 1e-7f;
    float decay = 0.125f;
    double[][] expected = new double[3][w.length];
    for (int i = 0; i < w.length; i++) {
      boolean inside = i >= FENCE && i < FENCE + count;
      double first = inside ? 0.9 * m[i] + (1 - 0.9) * g[i] : m[i];
      double second = inside ? 0.999 * v[i] + (1 - 0.999) * g[i] * g[i] : v[i];
      double step = (double) decay * w[i] + rate * first / (Math.sqrt(second) + epsilon);
      expected[0][i] = first;
      expected[1][i] = second;
      expected[2][i] = inside ? w[i] - step : w[i];
    }
    kernels.loops().adam(w, g, m, v, FENCE, count, rate, 0.9, 0.999, epsilon, decay);
    for (int i = 0; i < w.length; i++) {
      assertEquals(expected[0][i], m[i], 1e-6);
      assertEquals(expected[1][i], v[i], 1e-6);
      assertEquals(expected[2][i], w[i], 1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void momentumFollowsItsFormula(Kernels kernels) {
    int count = 3 * kernels.lanes();
    for (boolean nesterov : new boolean[] {false, true}) {
      float[] w = gaussians(count + 2 * FENCE);
      float[] g = gaussians(w.length);
      float[] m = gaussians(w.length);
      float[] oldW = w.clone();
      float[] oldM = m.clone();
      kernels.loops().momentum(w, g, m, FENCE, count, 0.125f, 0.75f, nesterov);
      for (int i = 0; i < w.length; i++) {
        boolean inside = i >= FENCE && i < FENCE + count;
        double next = inside ? 0.75 * oldM[i] - 0.125 * g[i] : oldM[i];
        double step = nesterov ? 0.75 * next - 0.125 * g[i] : next;
        assertEquals(next, m[i], 1e-6);
        assertEquals(inside ? oldW[i] + step : oldW[i], w[i], 1e-6);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void momentsWithoutGradientFadeToZero(Kernels kernels) {
    int count = 2 * kernels.lanes();
    float[] w = new float[count];
    float[] g = new float[count];
    float[][] moments = new float[3][count];
    for (float[] moment : moments) {
      Arrays.fill(moment, 2 * Float.MIN_NORMAL);
    }
    moments[0][1] *= -1;
    moments[2][1] *= -1;
    for (int step = 0; step < 20; step++) {
      kernels.loops().adam(w, g, moments[0], moments[1], 0, count, 1e-3f, 0.9, 0.9, 1e-7f, 0);
      kernels.loops().momentum(w, g, moments[2], 0, count, 1e-3f, 0.9f, step % 2 == 0);
    }
    for (float[] moment : moments) {
      assertArrayEquals(new float[count], moment);
    }
    Arrays.fill(g, Float.NaN);
    kernels.loops().adam(w, g, moments[0], moments[1], 0, count, 1e-3f, 0.9, 0.9, 1e-7f, 0);
    kernels.loops().momentum(w, g, moments[2], 0, count, 1e-3f, 0.9f, true);
    for (float[] moment : moments) {
      assertTrue(Float.isNaN(moment[0]), "NaN must not fade");
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void descendFollowsItsFormula(Kernels kernels) {
    int count = 3 * kernels.lanes();
    float[] w = gaussians(count + 2 * FENCE);
    float[] g = gaussians(w.length);
    float[] old = w.clone();
    kernels.loops().descend(w, g, FENCE, count, 0.125f);
    for (int i = 0; i < w.length; i++) {
      boolean inside = i >= FENCE && i < FENCE + count;
      assertEquals(inside ? old[i] - 0.125 * g[i] : old[i], w[i], 1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void philoxWritesTheBlocksOfPhilox(Kernels kernels) {
    int[] expected = new int[4];
    for (int blocks = 0; blocks <= 40; blocks++) {
      long seed = random.nextLong();
      int[] counters = random.ints(4).toArray();
      // The first counter may pass from negative to positive within the range.
      int first = blocks % 2 == 0 ? counters[0] : -blocks / 2;
      int[] out = new int[4 * blocks + kernels.lanes()];
      kernels.loops().philox(seed, first, counters[1], counters[2], counters[3], out, blocks);
      for (int b = 0; b < blocks; b++) {
        Philox.block(seed, first + b, counters[1], counters[2], counters[3], expected, 0);
        assertArrayEquals(expected, Arrays.copyOfRange(out, 4 * b, 4 * b + 4));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void transposeSwapsRowsAndColumns(Kernels kernels) {
    int lanes = kernels.lanes();
    for (int rows : new int[] {1, 7, lanes, 2 * lanes + 1}) {
      for (int fromStride : new int[] {lanes, lanes + 3, 2 * lanes, 2 * lanes + 1}) {
        int toStride = rows + 2;
        float[] from = gaussians(5 + rows * fromStride);
        float[] to = fenced(lanes * toStride);
        float[] expected = to.clone();
        for (int r = 0; r < rows; r++) {
          for (int c = 0; c < lanes; c++) {
            expected[FENCE + r + c * toStride] = from[5 + r * fromStride + c];
          }
        }
        kernels.loops().transpose(from, 5, fromStride, to, FENCE, toStride, rows);
        assertArrayEquals(expected, to);
      }
    }
  }

  private static float[] fenced(int length) {
    float[] array = new float[FENCE + length + FENCE];
    Arrays.fill(array, SENTINEL);
    return array;
  }

  private float[] gaussians(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
