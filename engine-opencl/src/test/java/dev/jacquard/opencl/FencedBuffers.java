package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Buffers of floats that are longer than a kernel may write: what lies beyond, and what is not
 * written, is NaN.
 */
record FencedBuffers(Workbench bench) {
  /** The number of the step that runs; the one before has another size. */
  static final int STEP = 1;

  private static final int FENCE = 40;

  /** Two steps, of which {@link #STEP} has this size. */
  long steps(int size) {
    ByteBuffer steps = Workbench.bytes(2 * 4 * Integer.BYTES);
    steps.putInt(STEP * 4 * Integer.BYTES, size);
    return of(steps);
  }

  /** The numbers of a step's samples in a data set; what the step lacks has none. */
  long indices(int batch, int... numbers) {
    ByteBuffer indices = Workbench.bytes((STEP + 1) * batch * Integer.BYTES);
    for (int n = 0; n < batch * STEP + numbers.length; n++) {
      indices.putInt(n * Integer.BYTES, n < batch * STEP ? -1 : numbers[n - batch * STEP]);
    }
    return of(indices);
  }

  private long of(ByteBuffer bytes) {
    byte[] content = new byte[bytes.capacity()];
    bytes.get(content);
    return bench.buffer(content);
  }

  long fenced(int elements) {
    return bench.buffer((elements + FENCE) * Float.BYTES);
  }

  /** These values, which a kernel may change, and the fence. */
  long fenced(double[] content) {
    double[] all = Arrays.copyOf(content, content.length + FENCE);
    Arrays.fill(all, content.length, all.length, Double.NaN);
    return bench.buffer(all);
  }

  /** The step's samples exactly; beyond them the buffer is untouched. */
  void assertSamples(ConvolutionCase at, double[] expected, long buffer) {
    int written = expected.length / at.batch() * at.size();
    assertExactly(Arrays.copyOf(expected, written), buffer);
    assertFence(buffer, written, expected.length + FENCE);
  }

  void assertExactly(double[] expected, long buffer) {
    float[] actual = bench.readFloats(buffer, 0, expected.length);
    for (int e = 0; e < expected.length; e++) {
      // Zeros of either sign are equal.
      assertEquals((float) expected[e] + 0.0f, actual[e] + 0.0f, "element " + e);
    }
    assertFence(buffer, expected.length, expected.length + FENCE);
  }

  /** At most {@code units} half units in the last place. */
  void assertWithin(int units, double[] expected, long buffer) {
    float[] actual = bench.readFloats(buffer, 0, expected.length);
    for (int e = 0; e < expected.length; e++) {
      assertEquals(expected[e], actual[e], units * 0x1p-24 * expected[e], "element " + e);
    }
  }

  /**
   * Mean and squared deviations of each filter, over so many rows of the step's output {@code y} at
   * a time; zeros where there are no rows.
   */
  void assertMoments(ConvolutionCase at, double[] y, int rows, int tiles, long buffer) {
    int filters = at.filters();
    double[] means = new double[tiles * filters];
    double[] squares = new double[means.length];
    int all = at.size() * at.outputPixels();
    for (int e = 0; e < all * filters; e++) {
      int tile = e / filters / rows;
      means[tile * filters + e % filters] += y[e] / Math.min(rows, all - tile * rows);
    }
    for (int e = 0; e < all * filters; e++) {
      int to = e / filters / rows * filters + e % filters;
      squares[to] += Math.pow(y[e] - means[to], 2);
    }
    float[] actual = bench.readFloats(buffer, 0, 2 * means.length);
    for (int i = 0; i < means.length; i++) {
      assertEquals(means[i], actual[2 * i], 1e-6 * Math.max(1, Math.abs(means[i])), "mean " + i);
      assertEquals(squares[i], actual[2 * i + 1], 2e-6 * squares[i], "squares " + i);
    }
    assertFence(buffer, 2 * means.length, 2 * means.length + FENCE);
  }

  void assertUntouched(long buffer) {
    assertFence(buffer, 0, FENCE);
  }

  private void assertFence(long buffer, int from, int to) {
    for (float value : bench.readFloats(buffer, from, to - from)) {
      assertTrue(Float.isNaN(value), () -> "wrote beyond element " + from);
    }
  }
}
