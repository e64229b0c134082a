package dev.jacquard.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.thread.Workers;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PatchesTest {
  /** More images than a unit has, and not a multiple of it. */
  private static final int IMAGES = 67;

  static Stream<Arguments> windows() {
    Shape grey = Shape.of(7, 9, 1);
    Shape pairs = Shape.of(5, 4, 2);
    Shape wide = Shape.of(3, 150, 1);
    return Stream.of(
        Arguments.of(grey, Window.over(grey, 3, 3, 1, 1, true)),
        Arguments.of(grey, Window.over(grey, 3, 3, 1, 1, false)),
        Arguments.of(grey, Window.over(grey, 3, 2, 2, 3, true)),
        Arguments.of(grey, Window.over(grey, 1, 1, 4, 4, false)),
        Arguments.of(pairs, Window.over(pairs, 2, 3, 1, 2, true)),
        Arguments.of(wide, Window.over(wide, 3, 3, 1, 1, true)));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void momentsOfBytes(Shape shape, Window window) {
    byte[] stored = new byte[IMAGES * shape.elements()];
    new Random(1).nextBytes(stored);
    Op.Input input = new Op.Input(shape, DType.U8, 1 / 64f, -1.5f);
    DataSet set = DataSet.ofBytes("bytes", shape, stored, new int[IMAGES], List.of("one"));
    double[] numbers = new double[stored.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (stored[i] & 0xFF) / 64.0 - 1.5;
    }
    check(set, input, window, numbers);
  }

  /**
   * A thousand standard deviations from 0, squares would cancel in fp32. An image of which nothing
   * is known does no harm to others.
   */
  @ParameterizedTest
  @MethodSource("windows")
  void momentsOfNumbersFarFromZero(Shape shape, Window window) {
    float[] stored = new float[IMAGES * shape.elements()];
    Random random = new Random(2);
    double[] numbers = new double[stored.length];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = (i % shape.channels() == 0 ? 1000 : -300) + (float) random.nextGaussian();
      numbers[i] = stored[i];
    }
    Arrays.fill(stored, 0, shape.elements(), Float.NaN);
    Arrays.fill(numbers, 0, shape.elements(), Double.NaN);
    Op.Input input = new Op.Input(shape, DType.F32, 1, 0);
    DataSet set = DataSet.ofFloats("floats", shape, stored, new int[IMAGES], List.of("one"));
    check(set, input, window, numbers);
  }

  private static void check(DataSet set, Op.Input input, Window window, double[] numbers) {
    for (Kernels kernels : List.of(Kernels.scalar(), Kernels.vector())) {
      check(set, input, window, numbers, kernels);
    }
  }

  private static void check(
      DataSet set, Op.Input input, Window window, double[] numbers, Kernels kernels) {
    float[] table;
    try (Workers workers = new Workers(3);
        Arena arena = new Arena(new AtomicLong())) {
      table = Patches.table(set, input, window, kernels, workers, arena);
    }
    int taps = window.kernelH() * window.kernelW() * input.shape().channels();
    assertEquals(IMAGES * Patches.floats(taps), table.length);
    int at = 0;
    for (int image = 0; image < IMAGES; image++) {
      double[] mean = new double[taps];
      for (int a = 0; a < taps; a++, at++) {
        mean[a] = mean(input.shape(), window, numbers, image, a, -1, null);
        assertClose(mean[a], table[at], Math.abs(mean[a]), "mean of " + a);
      }
      for (int a = 0; a < taps; a++) {
        for (int b = a; b < taps; b++, at++) {
          double covariance = mean(input.shape(), window, numbers, image, a, b, mean);
          double squares = mean(input.shape(), window, numbers, image, a, a, mean);
          double others = mean(input.shape(), window, numbers, image, b, b, mean);
          String what = "covariance of " + a + " and " + b;
          assertClose(covariance, table[at], Math.sqrt(squares * others), what);
        }
      }
    }
  }

  private static void assertClose(double expected, float actual, double size, String what) {
    if (Double.isNaN(expected)) {
      assertTrue(Float.isNaN(actual), what);
    } else {
      assertEquals(expected, actual, 1e-6 * Math.max(1, size), what);
    }
  }

  /** The mean of tap a over all positions; with a tap b, that of the product of what is off. */
  private static double mean(
      Shape shape, Window w, double[] numbers, int image, int a, int b, double[] mean) {
    double sum = 0;
    for (int i = 0; i < w.outH(); i++) {
      for (int j = 0; j < w.outW(); j++) {
        double x = seen(shape, w, numbers, image, i, j, a);
        sum += b < 0 ? x : (x - mean[a]) * (seen(shape, w, numbers, image, i, j, b) - mean[b]);
      }
    }
    return sum / (w.outH() * w.outW());
  }

  private static double seen(
      Shape shape, Window w, double[] numbers, int image, int i, int j, int tap) {
    int channels = shape.channels();
    int height = shape.rank() == 3 ? shape.dim(0) : 1;
    int width = shape.rank() == 3 ? shape.dim(1) : 1;
    int row = i * w.strideH() + tap / channels / w.kernelW() - w.top();
    int column = j * w.strideW() + tap / channels % w.kernelW() - w.left();
    boolean inside = row >= 0 && row < height && column >= 0 && column < width;
    int pixel = (image * height + row) * width + column;
    return inside ? numbers[pixel * channels + tap % channels] : 0;
  }
}
