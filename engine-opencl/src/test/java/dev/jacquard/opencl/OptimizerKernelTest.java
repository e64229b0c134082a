package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
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

  private FoundDevice found;

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
    KernelCall.Outputs actual = adam(decay, w, g, m, v);
    for (int i = 0; i < count; i++) {
      m[i] = KEEP_M * m[i] + (1 - KEEP_M) * g[i];
      v[i] = KEEP_V * v[i] + (1 - KEEP_V) * g[i] * g[i];
      w[i] = w[i] - decay * w[i] - RATE * m[i] / (Math.sqrt(v[i]) + EPSILON);
    }
    assertClose(w, actual.floats(0));
    assertClose(m, actual.floats(1));
    assertClose(v, actual.floats(2));
  }

  /** AdamW's decay takes its share of the weights that were there, whatever the gradient. */
  @Test
  void decaysWithoutGradient() {
    KernelCall.Outputs actual =
        adam(DECAY, new double[] {1, -8}, new double[2], new double[2], new double[2]);
    assertEquals(1 - DECAY, actual.floats(0)[0]);
    assertEquals(-8 * (1 - DECAY), actual.floats(0)[1]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65, 4099})
  void descends(int count) {
    double[] w = random(5, count, -1);
    double[] g = random(6, count, -1);
    float[] actual = call("sgd", "").output(w).floats(g).number(count).run().floats(0);
    Arrays.setAll(w, i -> w[i] - RATE * g[i]);
    assertClose(w, actual);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "65, false", "4099, false", "1, true", "65, true", "4099, true"})
  void updatesByMomentum(int count, boolean nesterov) {
    double[] w = random(7, count, -1);
    double[] g = random(8, count, -1);
    double[] m = random(9, count, -1);
    KernelCall.Outputs actual = momentum(nesterov, w, g, m);
    for (int i = 0; i < count; i++) {
      m[i] = MOMENTUM * m[i] - RATE * g[i];
      w[i] += nesterov ? MOMENTUM * m[i] - RATE * g[i] : m[i];
    }
    assertClose(w, actual.floats(0));
    assertClose(m, actual.floats(1));
  }

  /** Just above the least normal number a moment stays; below it nothing is left. */
  @Test
  void letsMomentsFadeToZero() {
    double least = Float.MIN_NORMAL;
    double[] moments = {least, -least, 2 * least, -2 * least, Float.MIN_VALUE};
    double[] zeros = new double[moments.length];
    float[] adams = adam(0, zeros, zeros, moments, moments).floats(1);
    float[] squares = adam(0, zeros, zeros, moments, moments).floats(2);
    float[] momenta = momentum(false, zeros, zeros, moments).floats(1);
    for (int i = 0; i < moments.length; i++) {
      boolean stays = Math.abs(moments[i]) > least;
      assertEquals(stays ? (float) (KEEP_M * moments[i]) : 0f, adams[i], 0f);
      assertEquals(stays ? (float) (KEEP_V * moments[i]) : 0f, squares[i], 0f);
      assertEquals(stays ? (float) (MOMENTUM * moments[i]) : 0f, momenta[i], 0f);
    }
  }

  @Test
  void keepsNan() {
    double[] one = {1};
    double[] nan = {Double.NaN};
    for (int output = 0; output < 3; output++) {
      assertTrue(Float.isNaN(adam(0, one, nan, one, one).floats(output)[0]));
    }
    assertTrue(Float.isNaN(momentum(true, one, nan, one).floats(0)[0]));
    assertTrue(Float.isNaN(momentum(true, one, nan, one).floats(1)[0]));
    assertTrue(Float.isNaN(call("sgd", "").output(one).floats(nan).number(1).run().floats(0)[0]));
  }

  private KernelCall call(String name, String defines) {
    return call(name, defines, 0);
  }

  private KernelCall call(String name, String defines, double decay) {
    return new KernelCall(found, "optimizer", defines, name).floats(3, 5, RATE, decay).number(1);
  }

  /** What w, m and v become. */
  private KernelCall.Outputs adam(double decay, double[] w, double[] g, double[] m, double[] v) {
    return call("adam", ADAM, decay).output(w).floats(g).output(m).output(v).number(w.length).run();
  }

  /** What w and m become. */
  private KernelCall.Outputs momentum(boolean nesterov, double[] w, double[] g, double[] m) {
    String defines =
        " -DMOMENTUM=" + Float.toHexString((float) MOMENTUM) + "f -DNESTEROV=" + (nesterov ? 1 : 0);
    return call("momentum", defines).output(w).floats(g).output(m).number(w.length).run();
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
