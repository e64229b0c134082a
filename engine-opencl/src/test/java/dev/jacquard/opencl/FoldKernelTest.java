package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batch norm by moving statistics, folded into weights. */
final class FoldKernelTest {
  private static final double EPSILON = 1e-3f;
  private static final double TOLERANCE = 8 * 0x1p-24;

  private FoundDevice found;

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1, 1", "9, 33, 1, 0, 1", "288, 7, 0, 1, 0", "3, 64, 0, 0, 0"})
  void foldsWeightsAndBias(int inner, int filters, int bias, int scale, int center) {
    double[] w = random(1, inner * filters, -2);
    double[] b = random(2, filters, -2);
    double[] gamma = random(3, filters, -2);
    double[] beta = random(4, filters, -2);
    double[] mean = random(5, filters, -2);
    double[] variance = random(6, filters, 0);
    String defines =
        " -DBIAS=%d -DSCALE=%d -DCENTER=%d -DEPSILON=1e-3f".formatted(bias, scale, center);
    KernelCall.Outputs folded =
        new KernelCall(found, "fold", defines, "fold")
            .number(inner)
            .number(filters)
            .floats(w)
            .floats(b)
            .floats(gamma)
            .floats(beta)
            .floats(mean)
            .floats(variance)
            .output(w.length)
            .output(filters)
            .run();
    for (int f = 0; f < filters; f++) {
      double factor = (scale == 1 ? gamma[f] : 1) / Math.sqrt(variance[f] + EPSILON);
      for (int k = 0; k < inner; k++) {
        double expected = w[k * filters + f] * factor;
        assertClose(expected, expected, folded.floats(0)[k * filters + f]);
      }
      double off = (bias == 1 ? b[f] : 0) - mean[f];
      double shift = center == 1 ? beta[f] : 0;
      double size = Math.abs(off * factor) + Math.abs(shift) + Math.abs(mean[f] * factor);
      assertClose(size, off * factor + shift, folded.floats(1)[f]);
    }
  }

  private static void assertClose(double size, double expected, float actual) {
    assertEquals(expected, actual, TOLERANCE * Math.abs(size));
  }

  /** Numbers that a float holds, from {@code least} to 2. */
  private static double[] random(int seed, int count, double least) {
    return new Random(seed).doubles(count, least, 2).map(value -> (float) value).toArray();
  }
}
