package dev.jacquard.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Matrix products against a double loop: exactly on small integers, with nothing else written. */
class GemmKernelTest {
  private static final float FENCE = 12345;

  @TestFactory
  Stream<DynamicTest> products() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int[] shape :
        new int[][] {
          {1, 1, 1},
          {3, 3, 1},
          {3, 96, 1},
          {3, 96, 2},
          {1, 33, 2},
          {5, 80, 1},
          {1, 515, 2},
          {2, 7, 2},
          {7, 24, 1}
        }) {
      for (int group : new int[] {1, 4, 5, 7, 14}) {
        tests.add(test("vector", shape, group, true));
        tests.add(test("scalar", shape, group, false));
      }
    }
    return tests.stream();
  }

  private static DynamicTest test(String name, int[] shape, int group, boolean vector) {
    String title =
        String.format(
            "%s, %d runs of %d, %d vectors, groups of %d",
            name, shape[0], shape[1], shape[2], group);
    return DynamicTest.dynamicTest(title, () -> check(shape, group, vector));
  }

  private static void check(int[] shape, int group, boolean vector) {
    int runs = shape[0];
    int length = shape[1];
    int stride = runs == 1 ? 0 : length + 5;
    int step = 3;
    Kernels kernels = vector ? Kernels.vector() : Kernels.scalar();
    int lanes = kernels.lanes();
    int width = lanes * shape[2];
    GemmSpec spec = new GemmSpec(runs, length, stride, shape[2], group, step, width);
    GemmKernel kernel = kernels.gemm(spec);
    assertEquals(width, kernel.width());

    int multiple = kernel.tileRows() * group;
    int rows = (20 + multiple - 1) / multiple * multiple;
    Random random = new Random(runs * 31L + length);
    int[] in = new int[rows];
    int[] out = new int[rows];
    for (int i = 0; i < rows; i++) {
      // Groups lie apart by more than their rows need, in the input as in the output.
      in[i] = i / group * (group * step + 11) + i % group * step;
      out[i] = i / group * (group + 1) * width + i % group * width;
    }
    float[] x = integers(random, in[rows - 1] + runs * (length + 5) + 7);
    float[] w = integers(random, runs * length * width + 3);
    float[] bias = integers(random, width + 2);
    float[] y = new float[out[rows - 1] + width + 9];
    java.util.Arrays.fill(y, FENCE);

    kernel.run(x, 2, w, 3, bias, 2, y, 4, in, out, 0, rows / kernel.tileRows());

    float[] expected = new float[y.length];
    java.util.Arrays.fill(expected, FENCE);
    for (int i = 0; i < rows; i++) {
      for (int c = 0; c < width; c++) {
        double sum = bias[2 + c];
        for (int r = 0; r < runs; r++) {
          for (int k = 0; k < length; k++) {
            double weight = w[3 + (r * length + k) * width + c];
            sum += x[2 + in[i] + r * stride + k] * weight;
          }
        }
        expected[4 + out[i] + c] = (float) sum;
      }
    }
    for (int i = 0; i < y.length; i++) {
      assertEquals(expected[i], y[i], "float " + i);
    }
  }

  static float[] integers(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(9) - 4;
    }
    return values;
  }
}
