package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The optimisers' updates against their formulas in double. */
final class OptimizerKernelTest {
  private static final double KEEP_M = 0.75;
  private static final double KEEP_V = 0.998046875;
  private static final double EPSILON = 0x1p-23;
  private static final String ADAM =
      " -DKEEP_M=0x1.8p-1f -DTAKE_M=0x1p-2f -DKEEP_V=0x1.ffp-1f -DTAKE_V=0x1p-9f"
          + " -DEPSILON=0x1p-23f";
  private static final double MOMENTUM = 0.875;

  /** The step that runs is the second. */
  private static final double RATE = 0x1p-6;

  private static final double DECAY = 0x1p-8;

  /** A graphics processor's, a processor's, and neither. */
  private static final List<Shape> SHAPES =
      List.of(
          new Shape(256, 1, 32, 8),
          new Shape(1, 16, 1, 1),
          new Shape(64, 1, 8, 1),
          new Shape(8, 8, 8, 3));

  private FoundDevice found;

  /** Items of a group, elements that an item takes at once, most lanes and the parts of each. */
  record Shape(int group, int width, int lanes, int each) {
    String defines() {
      return " -DGROUP=" + group + " -DWIDTH=" + width + " -DLANES=" + lanes + " -DEACH=" + each;
    }
  }

  /** A parameter [taps, channels, filters], and in how many parts its gradient comes. */
  record Parameter(int taps, int channels, int filters, int parts, int stride, boolean flipped) {
    static Parameter of(int elements) {
      return new Parameter(1, 1, elements, 1, elements, false);
    }

    int elements() {
      return taps * channels * filters;
    }

    int flippedAt(int element) {
      int tap = element / filters / channels;
      int channel = element / filters % channels;
      return ((taps - 1 - tap) * filters + element % filters) * channels + channel;
    }
  }

  /** Parameters with gaps between them, and between their gradients, of 7 floats. */
  private static final class Table {
    static final int GAP = 7;
    final List<Integer> numbers = new ArrayList<>();
    final List<Integer> weights = new ArrayList<>();
    final List<Integer> gradients = new ArrayList<>();
    final List<Integer> copies = new ArrayList<>();
    int floats;
    int gradientFloats;
    int flippedFloats;

    Table(int block, Parameter... parameters) {
      for (Parameter each : parameters) {
        weights.add(floats);
        gradients.add(gradientFloats);
        copies.add(flippedFloats);
        for (int first = 0; first < each.elements(); first += block) {
          numbers.addAll(List.of(floats + first, gradientFloats + first));
          numbers.add(Math.min(block, each.elements() - first));
          numbers.addAll(List.of(each.parts(), each.stride(), first));
          numbers.addAll(List.of(each.taps(), each.channels(), each.filters()));
          numbers.addAll(List.of(each.flipped() ? flippedFloats : -1, -9, -9));
        }
        floats += each.elements() + GAP;
        gradientFloats += each.parts() * each.stride() + GAP;
        flippedFloats += each.elements() + GAP;
      }
    }

    int[] ints() {
      return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    int count() {
      return numbers.size() / 12;
    }
  }

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "63, 0.00390625", "64, 0", "4099, 0.00390625"})
  void updatesByAdam(int count, double decay) {
    double[] w = random(1, count, -1);
    double[] g = random(2, count, -1);
    double[] m = random(3, count, -1);
    double[] v = random(4, count, 0);
    List<KernelCall.Outputs> all =
        SHAPES.stream().map(shape -> adam(shape, decay, w, g, m, v)).toList();
    for (int i = 0; i < count; i++) {
      m[i] = KEEP_M * m[i] + (1 - KEEP_M) * g[i];
      v[i] = KEEP_V * v[i] + (1 - KEEP_V) * g[i] * g[i];
      w[i] = w[i] - decay * w[i] - RATE * m[i] / (Math.sqrt(v[i]) + EPSILON);
    }
    for (KernelCall.Outputs actual : all) {
      assertClose(w, actual.floats(0));
      assertClose(m, actual.floats(1));
      assertClose(v, actual.floats(2));
    }
  }

  /** AdamW's decay takes its share of the weights that were there, whatever the gradient. */
  @Test
  void decaysWithoutGradient() {
    for (Shape shape : SHAPES) {
      double[] none = new double[2];
      float[] w = adam(shape, DECAY, new double[] {1, -8}, none, none, none).floats(0);
      assertEquals(1 - DECAY, w[0]);
      assertEquals(-8 * (1 - DECAY), w[1]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65, 4099})
  void descends(int count) {
    double[] w = random(5, count, -1);
    double[] g = random(6, count, -1);
    List<float[]> all = SHAPES.stream().map(shape -> sgd(shape, w, g)).toList();
    Arrays.setAll(w, i -> w[i] - RATE * g[i]);
    all.forEach(actual -> assertClose(w, actual));
  }

  @ParameterizedTest
  @CsvSource({"1, false", "65, false", "4099, false", "1, true", "65, true", "4099, true"})
  void updatesByMomentum(int count, boolean nesterov) {
    double[] w = random(7, count, -1);
    double[] g = random(8, count, -1);
    double[] m = random(9, count, -1);
    List<KernelCall.Outputs> all =
        SHAPES.stream().map(shape -> momentum(shape, nesterov, w, g, m)).toList();
    for (int i = 0; i < count; i++) {
      m[i] = MOMENTUM * m[i] - RATE * g[i];
      w[i] += nesterov ? MOMENTUM * m[i] - RATE * g[i] : m[i];
    }
    for (KernelCall.Outputs actual : all) {
      assertClose(w, actual.floats(0));
      assertClose(m, actual.floats(1));
    }
  }

  /** Just above the least normal number a moment stays; below it nothing is left. */
  @Test
  void letsMomentsFadeToZero() {
    double least = Float.MIN_NORMAL;
    double[] moments = {least, -least, 2 * least, -2 * least, Float.MIN_VALUE};
    double[] zeros = new double[moments.length];
    for (Shape shape : SHAPES) {
      KernelCall.Outputs adams = adam(shape, 0, zeros, zeros, moments, moments);
      float[] momenta = momentum(shape, false, zeros, zeros, moments).floats(1);
      for (int i = 0; i < moments.length; i++) {
        boolean stays = Math.abs(moments[i]) > least;
        assertEquals(stays ? (float) (KEEP_M * moments[i]) : 0f, adams.floats(1)[i], 0f);
        assertEquals(stays ? (float) (KEEP_V * moments[i]) : 0f, adams.floats(2)[i], 0f);
        assertEquals(stays ? (float) (MOMENTUM * moments[i]) : 0f, momenta[i], 0f);
      }
    }
  }

  /** In a vector that is full, and in what is left behind it. */
  @Test
  void keepsNan() {
    for (Shape shape : SHAPES) {
      for (int at : new int[] {0, 17}) {
        double[] ones = new double[18];
        Arrays.fill(ones, 1);
        double[] nan = ones.clone();
        nan[at] = Double.NaN;
        KernelCall.Outputs adam = adam(shape, 0, ones, nan, ones, ones);
        KernelCall.Outputs momentum = momentum(shape, true, ones, nan, ones);
        float[][] all = {
          adam.floats(0), adam.floats(1), adam.floats(2),
          momentum.floats(0), momentum.floats(1), sgd(shape, ones, nan)
        };
        for (float[] values : all) {
          for (int i = 0; i < values.length; i++) {
            assertEquals(i == at, Float.isNaN(values[i]), "element " + i);
          }
        }
      }
    }
  }

  /** Small integers: every sum is exact. What lies between parameters and parts is left alone. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 17, 64, 300})
  void addsTheParts(int parts) {
    Table table =
        new Table(
            40,
            new Parameter(1, 1, 33, parts, 33, false),
            new Parameter(1, 1, 5, 0, 5, false),
            new Parameter(1, 1, 100, parts, 103, false));
    double[] w = random(10, table.floats, -1);
    double[] g = new double[table.gradientFloats];
    Arrays.fill(g, Double.NaN);
    double[] expected = w.clone();
    Random random = new Random(parts);
    int[] counts = {33, 0, 100};
    int[] strides = {33, 0, 103};
    for (int k = 0; k < counts.length; k++) {
      for (int i = 0; i < counts[k]; i++) {
        double sum = 0;
        for (int p = 0; p < parts; p++) {
          double part = random.nextInt(33) - 16;
          g[table.gradients.get(k) + p * strides[k] + i] = part;
          sum += part;
        }
        expected[table.weights.get(k) + i] -= RATE * sum;
      }
    }
    for (Shape shape : SHAPES) {
      float[] actual =
          call(shape, "sgd", "", table).output(w).floats(g).output(1.0).run().floats(0);
      for (int i = 0; i < w.length; i++) {
        assertEquals((float) expected[i], actual[i], "element " + i);
      }
    }
  }

  /** Blocks begin in the middle of rows; a kernel of one tap, or one channel, is one too. */
  @Test
  void storesKernelsFlipped() {
    Parameter[] parameters = {
      new Parameter(9, 5, 7, 2, 315, true),
      new Parameter(1, 33, 3, 1, 99, false),
      new Parameter(6, 1, 32, 1, 192, true),
      new Parameter(1, 20, 1, 0, 20, true),
    };
    Table table = new Table(100, parameters);
    double[] w = random(11, table.floats, -1);
    double[] g = random(12, table.gradientFloats, -1);
    double[] zeros = new double[table.floats];
    double[] before = new double[table.flippedFloats];
    for (Shape shape : SHAPES) {
      KernelCall.Outputs sgd =
          call(shape, "sgd", "", table).output(w).floats(g).output(before).run();
      assertFlipped(table, parameters, sgd.floats(0), sgd.floats(1));
      KernelCall.Outputs momentum =
          call(shape, "momentum", "", table).output(w).floats(g).output(zeros).output(before).run();
      assertFlipped(table, parameters, momentum.floats(0), momentum.floats(2));
      KernelCall.Outputs adam =
          call(shape, "adam", ADAM, table)
              .output(w)
              .floats(g)
              .output(zeros)
              .output(zeros)
              .output(before)
              .run();
      assertFlipped(table, parameters, adam.floats(0), adam.floats(3));
      float[] alone =
          new KernelCall(found, "optimizer", shape.defines(), "flip_weights")
              .group(shape.group())
              .ints(table.ints())
              .number(table.count())
              .floats(w)
              .output(before)
              .run()
              .floats(0);
      float[] narrow = new float[w.length];
      for (int i = 0; i < w.length; i++) {
        narrow[i] = (float) w[i];
      }
      assertFlipped(table, parameters, narrow, alone);
    }
  }

  private static void assertFlipped(
      Table table, Parameter[] parameters, float[] w, float[] flipped) {
    float[] expected = new float[flipped.length];
    for (int k = 0; k < parameters.length; k++) {
      for (int e = 0; e < parameters[k].elements() && parameters[k].flipped(); e++) {
        expected[table.copies.get(k) + parameters[k].flippedAt(e)] = w[table.weights.get(k) + e];
      }
    }
    assertArrayEquals(expected, flipped);
    assertTrue(flipped[0] != 0);
  }

  private KernelCall call(Shape shape, String name, String defines, Table table) {
    return call(shape, name, defines, 0, table);
  }

  private KernelCall call(Shape shape, String name, String defines, double decay, Table table) {
    return new KernelCall(found, "optimizer", shape.defines() + defines, name)
        .group(shape.group())
        .floats(3, 5, RATE, decay)
        .number(1)
        .ints(table.ints())
        .number(table.count());
  }

  private static Table table(double[] w) {
    return new Table(1024, Parameter.of(w.length));
  }

  private float[] sgd(Shape shape, double[] w, double[] g) {
    return call(shape, "sgd", "", table(w)).output(w).floats(g).output(1.0).run().floats(0);
  }

  /** What w, m and v become. */
  private KernelCall.Outputs adam(
      Shape shape, double decay, double[] w, double[] g, double[] m, double[] v) {
    return call(shape, "adam", ADAM, decay, table(w))
        .output(w)
        .floats(g)
        .output(m)
        .output(v)
        .output(1.0)
        .run();
  }

  /** What w and m become. */
  private KernelCall.Outputs momentum(
      Shape shape, boolean nesterov, double[] w, double[] g, double[] m) {
    String defines =
        " -DMOMENTUM=" + Float.toHexString((float) MOMENTUM) + "f -DNESTEROV=" + (nesterov ? 1 : 0);
    return call(shape, "momentum", defines, table(w))
        .output(w)
        .floats(g)
        .output(m)
        .output(1.0)
        .run();
  }

  /** Numbers that a float holds, up to 1. */
  private static double[] random(int seed, int count, double from) {
    return new Random(seed).doubles(count, from, 1).map(value -> (float) value).toArray();
  }

  /** A handful of roundings. */
  private static void assertClose(double[] expected, float[] actual) {
    double most = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 8 * 0x1p-24 * most, "element " + i);
    }
  }
}
