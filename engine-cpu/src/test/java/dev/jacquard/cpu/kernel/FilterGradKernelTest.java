package dev.jacquard.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Filter gradients against a double loop: exactly on small integers, fresh and accumulating. */
class FilterGradKernelTest {
  private static final float FENCE = 12345;

  @TestFactory
  Stream<DynamicTest> gradients() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int[] shape :
        new int[][] {
          // runs, run length, height, width, vectors, images, blank
          {3, 3, 5, 4, 1, 2, 0},
          {3, 96, 3, 7, 2, 1, 0},
          {3, 96, 3, 7, 2, 2, 1},
          {3, 96, 4, 5, 1, 2, 1},
          {3, 48, 2, 8, 1, 1, 2},
          {1, 40, 1, 1, 2, 7, 0},
          {5, 5, 2, 3, 1, 0, 0},
          {2, 16, 7, 7, 2, 3, 0},
          {1, 1, 1, 9, 1, 1, 0},
          {3, 7, 1, 1, 1, 33, 0}
        }) {
      for (boolean accumulate : new boolean[] {false, true}) {
        tests.add(test("vector", shape, accumulate, true));
        tests.add(test("scalar", shape, accumulate, false));
      }
    }
    return tests.stream();
  }

  private static DynamicTest test(String name, int[] shape, boolean accumulate, boolean vector) {
    String title =
        String.format(
            "%s, %d runs of %d, %dx%d, %d vectors, %d images, %d blank%s",
            name,
            shape[0],
            shape[1],
            shape[2],
            shape[3],
            shape[4],
            shape[5],
            shape[6],
            accumulate ? ", accumulating" : "");
    return DynamicTest.dynamicTest(title, () -> check(shape, accumulate, vector));
  }

  private static void check(int[] shape, boolean accumulate, boolean vector) {
    int length = shape[1];
    int height = shape[2];
    int columns = shape[3];
    int images = shape[5];
    Kernels kernels = vector ? Kernels.vector() : Kernels.scalar();
    int lanes = kernels.lanes();
    int width = lanes * shape[4];
    int xStep = columns == 1 ? 0 : 2;
    int blank = shape[6];
    int pitch = columns + blank;
    int xRow = height == 1 ? 0 : blank > 0 ? pitch * xStep : 2 * columns + length + 3;
    int xImage = (height + shape[0]) * (2 * columns + length + 3) + 1;
    int dyStep = columns == 1 ? 0 : width + lanes;
    int dyRow = height == 1 ? 0 : blank > 0 ? pitch * dyStep : (columns + 1) * dyStep;
    int dyImage = (height + 1) * (pitch + 1) * (width + lanes);
    FilterGradSpec spec =
        new FilterGradSpec(
            length, height, columns, xRow, xStep, xImage, dyRow, dyStep, dyImage, blank, shape[4]);
    FilterGradKernel kernel = kernels.filterGrad(spec);
    int rows = shape[0] * length;
    int padded = (rows + kernel.tileRows() - 1) / kernel.tileRows() * kernel.tileRows();
    int[] rowOff = new int[padded];
    for (int i = 0; i < rows; i++) {
      rowOff[i] = i / length * (2 * columns + length + 3) + i % length;
    }
    Random random = new Random(rows);
    float[] x = GemmKernelTest.integers(random, (images + 2) * xImage + 64);
    float[] dy = GemmKernelTest.integers(random, (images + 2) * dyImage + 64);
    for (int row = 0; blank > 0 && row < (images + 1) * height; row++) {
      int end = 6 + row / height * dyImage + row % height * dyRow + columns * dyStep;
      Arrays.fill(dy, end, end + blank * dyStep, 0);
    }
    float[] dw = GemmKernelTest.integers(random, padded * width + 10);
    dw[4] = FENCE;
    dw[5 + padded * width] = FENCE;
    float[] expected = dw.clone();
    for (int i = 0; i < rows; i++) {
      for (int c = 0; c < width; c++) {
        double sum = accumulate ? dw[5 + i * width + c] : 0;
        for (int n = 0; n < images; n++) {
          for (int h = 0; h < height; h++) {
            for (int q = 0; q < columns; q++) {
              double g = dy[6 + n * dyImage + h * dyRow + q * dyStep + c];
              sum += x[3 + rowOff[i] + n * xImage + h * xRow + q * xStep] * g;
            }
          }
        }
        expected[5 + i * width + c] = (float) sum;
      }
    }

    int tiles = padded / kernel.tileRows();
    kernel.run(x, 3, dy, 6, dw, 5, rowOff, 0, tiles, images, accumulate);

    for (int i = 0; i < 5 + rows * width; i++) {
      assertEquals(expected[i], dw[i], "float " + i);
    }
    assertEquals(FENCE, dw[5 + padded * width], "the fence behind the last row");
  }
}
