package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Maximum and average pooling over windows that overlap, leave gaps, and reach beyond the input.
 */
final class PoolingKernelTest {
  private static final int SIZE = 3;

  private FoundDevice found;

  /** A window over an input of {@code [h, w, channels]}. */
  record Pool(int h, int w, int channels, Window window) {
    static Pool of(int h, int w, int channels, int kernel, int stride, boolean same) {
      return of(h, w, channels, kernel, kernel, stride, stride, same);
    }

    static Pool of(
        int h,
        int w,
        int channels,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        boolean same) {
      Shape input = Shape.of(h, w, channels);
      return new Pool(h, w, channels, Window.over(input, kernelH, kernelW, strideH, strideW, same));
    }

    int inputs() {
      return SIZE * h * w * channels;
    }

    int outputs() {
      return SIZE * window.outH() * window.outW() * channels;
    }

    /** The inputs, in row-major order, that the window of an output sees. */
    int[] seen(int output) {
      int pixel = output / channels;
      int n = pixel / (window.outH() * window.outW());
      int top = pixel / window.outW() % window.outH() * window.strideH() - window.top();
      int left = pixel % window.outW() * window.strideW() - window.left();
      int[] seen = new int[window.kernelH() * window.kernelW()];
      int count = 0;
      for (int row = top; row < top + window.kernelH(); row++) {
        for (int column = left; column < left + window.kernelW(); column++) {
          if (row >= 0 && row < h && column >= 0 && column < w) {
            seen[count++] = ((n * h + row) * w + column) * channels + output % channels;
          }
        }
      }
      return Arrays.copyOf(seen, count);
    }

    String defines(int accumulate) {
      return (" -DIN_H=%d -DIN_W=%d -DCHANNELS=%d -DOUT_H=%d -DOUT_W=%d -DKERNEL_H=%d"
              + " -DKERNEL_W=%d -DSTRIDE_H=%d -DSTRIDE_W=%d -DTOP=%d -DLEFT=%d -DACCUMULATE=%d")
          .formatted(
              h,
              w,
              channels,
              window.outH(),
              window.outW(),
              window.kernelH(),
              window.kernelW(),
              window.strideH(),
              window.strideW(),
              window.top(),
              window.left(),
              accumulate);
    }
  }

  static List<Pool> pools() {
    return List.of(
        Pool.of(1, 1, 1, 1, 1, false),
        Pool.of(7, 9, 5, 2, 2, true),
        Pool.of(8, 5, 3, 3, 1, true),
        Pool.of(11, 13, 7, 3, 2, true),
        Pool.of(10, 7, 2, 2, 3, false),
        Pool.of(5, 6, 3, 7, 1, true),
        Pool.of(9, 4, 31, 1, 4, 3, 2, true),
        Pool.of(13, 11, 1, 5, 2, 1, 4, false),
        Pool.of(7, 7, 128, 7, 7, false));
  }

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  /** Small integers: many ties, and sums that are exact whatever their order. */
  @ParameterizedTest
  @MethodSource("pools")
  void takesTheFirstMaximum(Pool pool) {
    double[] x = integers(1, pool.inputs());
    double[] expected = new double[pool.outputs()];
    int[] winners = new int[pool.outputs()];
    maxima(pool, x, expected, winners);
    assertMaxima(pool, x, expected, winners);
  }

  @Test
  void letsTheFirstNanWin() {
    Pool pool = Pool.of(11, 13, 7, 3, 2, true);
    double[] x = integers(2, pool.inputs());
    Random random = new Random(3);
    for (int i = 0; i < x.length; i++) {
      double draw = random.nextDouble();
      x[i] = draw < 0.2 ? Double.NaN : draw < 0.4 ? Double.NEGATIVE_INFINITY : x[i];
    }
    double[] expected = new double[pool.outputs()];
    int[] winners = new int[pool.outputs()];
    maxima(pool, x, expected, winners);
    assertMaxima(pool, x, expected, winners);
  }

  private static void maxima(Pool pool, double[] x, double[] y, int[] winners) {
    for (int o = 0; o < y.length; o++) {
      int[] seen = pool.seen(o);
      int winner = seen[0];
      for (int i : seen) {
        if (x[i] > x[winner] || (Double.isNaN(x[i]) && !Double.isNaN(x[winner]))) {
          winner = i;
        }
      }
      y[o] = x[winner];
      winners[o] = winner;
    }
  }

  private void assertMaxima(Pool pool, double[] x, double[] y, int[] winners) {
    int[] pixels = pixels(pool, winners);
    KernelCall.Outputs actual =
        call("max_pool", pool, 0, "max_pool")
            .floats(x)
            .output(pool.outputs())
            .output(pool.outputs())
            .run();
    assertArrayEquals(floats(y), actual.floats(0));
    assertArrayEquals(pixels, actual.words().get(1));

    double[] dy = integers(4, pool.outputs());
    dy[dy.length - 1] = Double.NaN;
    double[] dx = new double[pool.inputs()];
    for (int o = 0; o < dy.length; o++) {
      dx[winners[o]] += dy[o];
    }
    assertArrayEquals(
        floats(dx),
        call("max_pool", pool, 0, "max_pool_backward")
            .floats(dy)
            .ints(pixels)
            .output(pool.inputs())
            .run()
            .floats(0));
    double[] there = integers(5, pool.inputs());
    Arrays.setAll(dx, i -> dx[i] + there[i]);
    assertArrayEquals(
        floats(dx),
        call("max_pool", pool, 1, "max_pool_backward")
            .floats(dy)
            .ints(pixels)
            .output(there)
            .run()
            .floats(0));
  }

  private static int[] pixels(Pool pool, int[] winners) {
    return Arrays.stream(winners).map(i -> i / pool.channels() % (pool.h() * pool.w())).toArray();
  }

  @ParameterizedTest
  @MethodSource("pools")
  void takesTheMeanOfWhatLiesInside(Pool pool) {
    double[] x = random(6, pool.inputs());
    double[] y = new double[pool.outputs()];
    double[] dy = random(7, pool.outputs());
    double[] dx = new double[pool.inputs()];
    x[0] = Double.NaN;
    dy[dy.length - 1] = Double.NaN;
    for (int o = 0; o < y.length; o++) {
      int[] seen = pool.seen(o);
      for (int i : seen) {
        y[o] += x[i] / seen.length;
        dx[i] += dy[o] / seen.length;
      }
    }
    int positions = pool.window().kernelH() * pool.window().kernelW();
    assertClose(
        y,
        call("avg_pool", pool, 0, "avg_pool").floats(x).output(y.length).run().floats(0),
        positions);
    assertClose(
        dx,
        call("avg_pool", pool, 0, "avg_pool_backward").floats(dy).output(dx.length).run().floats(0),
        positions);
    double[] there = random(8, dx.length);
    Arrays.setAll(dx, i -> dx[i] + there[i]);
    assertClose(
        dx,
        call("avg_pool", pool, 1, "avg_pool_backward").floats(dy).output(there).run().floats(0),
        positions);
  }

  /** One chain of 311 * 311 additions is wrong by 4e-6 here. */
  @Test
  void staysAccurateOverALargeImage() {
    Pool pool = Pool.of(311, 311, 1, 311, 311, false);
    double[] x = new Random(9).doubles(pool.inputs(), 1, 2).map(v -> (float) v).toArray();
    double[] y = new double[SIZE];
    for (int i = 0; i < x.length; i++) {
      y[i / (311 * 311)] += x[i] / (311 * 311);
    }
    float[] actual = call("avg_pool", pool, 0, "avg_pool").floats(x).output(SIZE).run().floats(0);
    for (int n = 0; n < SIZE; n++) {
      assertEquals(y[n], actual[n], 1e-6);
    }
  }

  private KernelCall call(String family, Pool pool, int accumulate, String name) {
    return new KernelCall(found, family, pool.defines(accumulate), name).step(SIZE, 0, 0);
  }

  private static double[] integers(int seed, int count) {
    return new Random(seed).ints(count, -4, 5).asDoubleStream().toArray();
  }

  /** Numbers that a float holds. */
  private static double[] random(int seed, int count) {
    return new Random(seed).doubles(count, -1, 1).map(value -> (float) value).toArray();
  }

  private static float[] floats(double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static void assertClose(double[] expected, float[] actual, int terms) {
    double tolerance = 8 * 0x1p-24 * Math.sqrt(terms);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance, "element " + i);
    }
  }
}
