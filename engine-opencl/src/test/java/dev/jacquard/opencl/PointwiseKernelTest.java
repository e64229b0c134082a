package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.graph.Op.Activation.Function;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.random.Dropping;
import dev.jacquard.random.Philox;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels whose elements, or rows, do not depend on each other. */
final class PointwiseKernelTest {
  private static final int SIZE = 3;
  private static final int POSITION = 59_999;
  private static final int STEP = 123_456;
  private static final int STREAM = Philox.stream(Philox.Purpose.DROPOUT, 17);
  private static final float SLOPE = 0.1f;
  private static final double TOLERANCE = 8 * 0x1p-24;

  private FoundDevice found;

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 33, 784})
  void gathersBytesByTheirNumbers(int elements) {
    byte[] stored = new byte[7 * elements];
    new Random(elements).nextBytes(stored);
    int[] numbers = {3, 3, 3, 3, 0, 6, 2, 3};
    float[] out =
        new KernelCall(found, "gather", gather("uchar", 0.25f, -3.5f), "gather")
            .step(SIZE, 0, 0)
            .bytes(stored)
            .ints(numbers)
            .number(4)
            .number(elements)
            .output(SIZE * elements)
            .run()
            .floats(0);
    for (int i = 0; i < out.length; i++) {
      int number = numbers[4 + i / elements];
      assertEquals((stored[number * elements + i % elements] & 0xFF) * 0.25f - 3.5f, out[i]);
    }
  }

  @Test
  void gathersFloatsAndRoundsOnce() {
    int elements = 31;
    double[] stored = random(1, 9 * elements);
    stored[4 * elements] = Double.NaN;
    int[] numbers = {3, 3, 3, 3, 4, 5, 6, 3};
    float scale = 1 / 3f;
    float offset = 0.1f;
    float[] out =
        new KernelCall(found, "gather", gather("float", scale, offset), "gather")
            .step(SIZE, 0, 0)
            .floats(stored)
            .ints(numbers)
            .number(4)
            .number(elements)
            .output(SIZE * elements)
            .run()
            .floats(0);
    for (int i = 0; i < out.length; i++) {
      assertEquals(Math.fma((float) stored[4 * elements + i], scale, offset), out[i]);
    }
  }

  private static String gather(String stored, float scale, float offset) {
    return " -DSTORED=%s -DSCALE=%sf -DOFFSET=%sf".formatted(stored, scale, offset);
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void activates(Function function) {
    double[] x = awkward(2, SIZE * 4 * 33);
    double[] y = activated(function, x, 33);
    assertClose(y, activate(function, 4 * 33, 33, x));
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void differentiatesActivations(Function function) {
    double[] x = awkward(3, SIZE * 2 * 31);
    double[] y = floats(activated(function, x, 31));
    double[] dy = random(4, x.length);
    dy[40] = Double.NaN;
    dy[SIZE * 31 + 7] = 0;
    double[] expected = derivative(function, x, y, dy, 31);
    double[] none = new double[0];
    assertClose(expected, differentiate(function, 2 * 31, 31, x, y, dy, none));
    double[] there = random(5, x.length);
    assertClose(sum(there, expected), differentiate(function, 2 * 31, 31, x, y, dy, there));
  }

  /** 1, and one past a tile; long enough for a plain chain of additions to show. */
  @ParameterizedTest
  @ValueSource(ints = {1, 33, 10_007})
  void takesTheSoftmaxOfRowsOfAnyLength(int channels) {
    double[] x = random(6, SIZE * channels);
    double[] y = activated(Function.SOFTMAX, x, channels);
    float[] actual = activate(Function.SOFTMAX, channels, channels, x);
    for (int i = 0; i < y.length; i++) {
      assertEquals(y[i], actual[i], 2 * TOLERANCE * y[i], "element " + i);
    }
    double[] dy = random(7, y.length);
    double[] dx = derivative(Function.SOFTMAX, x, y, dy, channels);
    double[] none = new double[0];
    assertClose(dx, differentiate(Function.SOFTMAX, channels, channels, x, y, dy, none));
  }

  @Test
  void refusesWhatIsNoFunction() {
    KernelCall call = new KernelCall(found, "activation", " -DFUNCTION=5", "activation");
    ClException e = assertThrows(ClException.class, call::run);
    assertTrue(e.getMessage().contains("FUNCTION is not 0 to 4"), e.getMessage());
  }

  private static String activation(Function function, int accumulate) {
    return " -DFUNCTION=%s -DSLOPE=%sf -DACCUMULATE=%d"
        .formatted(function.name(), SLOPE, accumulate);
  }

  private float[] activate(Function function, int elements, int channels, double... x) {
    return new KernelCall(found, "activation", activation(function, 0), "activation")
        .step(SIZE, 0, 0)
        .number(elements)
        .number(channels)
        .floats(x)
        .output(x.length)
        .run()
        .floats(0);
  }

  /** With nothing there, the gradient is written. */
  private float[] differentiate(
      Function function,
      int elements,
      int channels,
      double[] x,
      double[] y,
      double[] dy,
      double[] there) {
    String defines = activation(function, there.length == 0 ? 0 : 1);
    KernelCall call =
        new KernelCall(found, "activation", defines, "activation_backward")
            .step(SIZE, 0, 0)
            .number(elements)
            .number(channels)
            .floats(x)
            .floats(y)
            .floats(dy);
    return (there.length == 0 ? call.output(x.length) : call.output(there)).run().floats(0);
  }

  private static double[] activated(Function function, double[] x, int channels) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] =
          switch (function) {
            case RELU -> Math.max(x[i], 0);
            case LEAKY_RELU -> x[i] > 0 ? x[i] : SLOPE * x[i];
            case SIGMOID -> 1 / (1 + Math.exp(-x[i]));
            case TANH -> Math.tanh(x[i]);
            case SOFTMAX -> softmax(x, i, channels);
          };
    }
    return y;
  }

  private static double softmax(double[] x, int i, int channels) {
    int from = i / channels * channels;
    double sum = 0;
    for (int c = from; c < from + channels; c++) {
      sum += Math.exp(x[c] - x[i]);
    }
    return 1 / sum;
  }

  private static double[] derivative(
      Function function, double[] x, double[] y, double[] dy, int channels) {
    double[] dx = new double[x.length];
    for (int i = 0; i < dx.length; i++) {
      dx[i] =
          switch (function) {
            case RELU -> (x[i] > 0 ? 1 : 0) * dy[i];
            case LEAKY_RELU -> (x[i] > 0 ? 1 : SLOPE) * dy[i];
            case SIGMOID -> y[i] * (1 - y[i]) * dy[i];
            case TANH -> (1 - y[i] * y[i]) * dy[i];
            case SOFTMAX -> y[i] * (dy[i] - dot(y, dy, i / channels * channels, channels));
          };
    }
    return dx;
  }

  private static double dot(double[] a, double[] b, int from, int count) {
    double dot = 0;
    for (int i = from; i < from + count; i++) {
      dot += a[i] * b[i];
    }
    return dot;
  }

  /** Rates of 1, 2, 4 and 16 bits a draw and none at all; chunks within, of and across blocks. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 4, 300",
    "0.25, 64, 257",
    "0.3125, 128, 31",
    "0.1, 3, 1",
    "0.25, 1, 67",
    "0, 4, 33"
  })
  void dropsWhatTheDefinitionDrops(double rate, int vector, int elements) {
    Dropping dropping = Dropping.of(rate);
    double[] x = random(8, SIZE * elements);
    Arrays.fill(x, 0, elements / 2, Double.NaN);
    float[] expected = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      expected[i] = keeps(dropping, i, elements) ? dropping.scale() * (float) x[i] : 0;
    }
    String defines = dropout(dropping, vector, 0);
    assertArrayEquals(expected, drop(defines, elements, "dropout", x, new double[0]));
    assertArrayEquals(expected, drop(defines, elements, "dropout_backward", x, new double[0]));
    double[] there = random(9, x.length);
    for (int i = 0; i < x.length; i++) {
      expected[i] += (float) there[i];
    }
    String added = dropout(dropping, vector, 1);
    assertArrayEquals(expected, drop(added, elements, "dropout_backward", x, there));
  }

  private static String dropout(Dropping dropping, int vector, int accumulate) {
    return (" -DVECTOR=%d -DDROP_SCALE=%sf -DDROP_BITS=%d" + " -DDROP_THRESHOLD=%d -DACCUMULATE=%d")
        .formatted(vector, dropping.scale(), dropping.bits(), dropping.threshold(), accumulate);
  }

  private float[] drop(String defines, int elements, String name, double[] from, double[] there) {
    KernelCall call =
        new KernelCall(found, "dropout", defines, name)
            .step(SIZE, POSITION, STEP)
            .number(elements)
            .number(STREAM)
            .number((int) KernelCall.SEED)
            .number((int) (KernelCall.SEED >>> 32))
            .floats(from);
    return (there.length == 0 ? call.output(from.length) : call.output(there)).run().floats(0);
  }

  private static boolean keeps(Dropping dropping, int i, int elements) {
    int e = i % elements;
    int[] words = new int[4];
    Philox.block(
        KernelCall.SEED, e / dropping.perBlock(), POSITION + i / elements, STEP, STREAM, words, 0);
    return !dropping.drops(words[e / dropping.perWord() % 4], e % dropping.perWord());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 1009})
  void copiesAndAdds(int elements) {
    double[] x = awkward(10, SIZE * elements);
    double[] y = random(11, SIZE * elements);
    float[] copied = elementwise("copy", elements).floats(x).output(x.length).run().floats(0);
    float[] added = elementwise("add", elements).floats(x).output(y).run().floats(0);
    for (int i = 0; i < x.length; i++) {
      assertEquals((float) x[i], copied[i]);
      assertEquals((float) x[i] + (float) y[i], added[i]);
    }
  }

  private KernelCall elementwise(String name, int elements) {
    return new KernelCall(found, "elementwise", "", name).step(SIZE, 0, 0).number(elements);
  }

  /** Numbers that a float holds. */
  private static double[] random(int seed, int count) {
    Random random = new Random(seed);
    return floats(random.doubles(count, -3, 3).toArray());
  }

  private static double[] awkward(int seed, int count) {
    double[] special = {0, -0.0, 1e-30, -1e-30, 95, -95, 30, -30, Double.NaN, 1};
    double[] numbers = random(seed, count);
    for (int i = 0; i < special.length && 2 * i < count; i++) {
      numbers[2 * i] = special[i];
    }
    return numbers;
  }

  private static double[] floats(double... values) {
    return Arrays.stream(values).map(value -> (float) value).toArray();
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = new double[a.length];
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }

  private static void assertClose(double[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      double size = Math.abs(expected[i]);
      assertEquals(expected[i], actual[i], size > 1 ? TOLERANCE * size : TOLERANCE, "element " + i);
    }
  }
}
