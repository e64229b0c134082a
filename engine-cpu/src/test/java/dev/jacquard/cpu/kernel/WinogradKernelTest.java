package dev.jacquard.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Winograd's transformations around plain products, against a convolution and its weights' gradient
 * by the book: exactly on small integers in 2x2 tiles, which only divide by 2, and nearly in 4x4
 * tiles. Nothing but the outputs is written.
 */
class WinogradKernelTest {
  private static final float FENCE = 12345;

  /** Of sums of integers up to 4, in 4x4 tiles; the sums are below 10,000. */
  private static final double NEARLY = 0.02;

  @TestFactory
  Stream<DynamicTest> convolutions() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int tile : new int[] {2, 4}) {
      for (int[] shape :
          new int[][] {{1, 1, 1}, {2, 3, 1}, {5, 7, 2}, {7, 7, 3}, {9, 4, 1}, {14, 13, 2}}) {
        for (boolean vector : new boolean[] {true, false}) {
          String title =
              String.format(
                  "%s, tiles of %dx%d on %dx%d, %d vectors",
                  vector ? "vector" : "scalar", tile, tile, shape[0], shape[1], shape[2]);
          Case made = new Case(tile, shape[0], shape[1], shape[2], vector);
          tests.add(DynamicTest.dynamicTest(title + ", forward", made::forward));
          tests.add(DynamicTest.dynamicTest(title + ", weights' gradient", made::gradient));
        }
      }
    }
    return tests.stream();
  }

  /** One image of {@code ci} channels, one vector of output channels. */
  private static final class Case {
    private final int tile;
    private final int height;
    private final int width;
    private final int positions;
    private final int tiles;
    private final int lanes;
    private final int ci;
    private final int xRow;
    private final int yRow;
    private final int yPixel;
    private final WinogradKernel input;
    private final WinogradKernel output;
    private final float[] scratch = new float[WinogradKernel.SCRATCH];
    private final float[] x;
    private final float[] w;
    private final float[] y;

    Case(int tile, int height, int width, int vectors, boolean vector) {
      Kernels kernels = vector ? Kernels.vector() : Kernels.scalar();
      this.tile = tile;
      this.height = height;
      this.width = width;
      this.positions = (tile + 2) * (tile + 2);
      this.lanes = kernels.lanes();
      this.ci = vectors * lanes;
      int high = (height + tile - 1) / tile;
      int wide = (width + tile - 1) / tile;
      this.tiles = high * wide;
      this.xRow = (wide * tile + 2) * ci + 3;
      this.yPixel = 2 * lanes;
      this.yRow = wide * tile * yPixel + 5;
      this.input = kernels.winograd(new WinogradSpec(tile, height, width, ci, xRow, ci, ci));
      this.output =
          kernels.winograd(new WinogradSpec(tile, height, width, lanes, yRow, yPixel, lanes + 1));
      Random random = new Random(tile * 100L + height);
      this.w = GemmKernelTest.integers(random, 9 * ci * lanes);
      this.x = new float[(high * tile + 2) * xRow];
      for (int h = 0; h < height; h++) {
        float[] row = GemmKernelTest.integers(random, width * ci);
        System.arraycopy(row, 0, x, (h + 1) * xRow + ci, row.length);
      }
      this.y = new float[high * tile * yRow + 9];
      for (int h = 0; h < height; h++) {
        for (int q = 0; q < width; q++) {
          float[] pixel = GemmKernelTest.integers(random, lanes);
          System.arraycopy(pixel, 0, y, 2 + h * yRow + q * yPixel, lanes);
        }
      }
    }

    private void check(double[] expected, float[] received) {
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], received[i], tile == 2 ? 0 : NEARLY, "float " + i);
      }
    }

    void forward() {
      int vStep = tiles * ci;
      float[] v = new float[positions * vStep];
      input.input(x, 0, v, 0, vStep, scratch);
      int uStep = ci * lanes;
      float[] u = new float[positions * uStep];
      input.weights(w, 0, uStep, u, 0, uStep, uStep, scratch);
      int mStep = tiles * (lanes + 1);
      float[] m = new float[positions * mStep];
      for (int p = 0; p < positions; p++) {
        for (int t = 0; t < tiles; t++) {
          for (int k = 0; k < ci; k++) {
            for (int c = 0; c < lanes; c++) {
              m[p * mStep + t * (lanes + 1) + c] +=
                  v[p * vStep + t * ci + k] * u[p * uStep + k * lanes + c];
            }
          }
        }
      }
      float[] bias = GemmKernelTest.integers(new Random(3), lanes + 1);
      float[] out = new float[y.length];
      Arrays.fill(out, FENCE);
      output.output(m, 0, mStep, bias, 1, out, 2, scratch);

      double[] expected = new double[y.length];
      Arrays.fill(expected, FENCE);
      for (int h = 0; h < height; h++) {
        for (int q = 0; q < width; q++) {
          for (int c = 0; c < lanes; c++) {
            double sum = bias[1 + c];
            for (int tap = 0; tap < 9; tap++) {
              for (int k = 0; k < ci; k++) {
                sum +=
                    (double) x[(h + tap / 3) * xRow + (q + tap % 3) * ci + k]
                        * w[(tap * ci + k) * lanes + c];
              }
            }
            expected[2 + h * yRow + q * yPixel + c] = sum;
          }
        }
      }
      check(expected, out);
    }

    /** The sum over tiles in two parts: even tiles and odd ones. */
    void gradient() {
      int vStep = tiles * ci;
      float[] v = new float[positions * vStep];
      input.input(x, 0, v, 0, vStep, scratch);
      int zStep = tiles * (lanes + 1);
      float[] z = new float[positions * zStep];
      output.spread(y, 2, z, 0, zStep, scratch);
      int uStep = ci * lanes;
      int part = positions * uStep;
      float[] u = new float[2 * part];
      for (int p = 0; p < positions; p++) {
        for (int t = 0; t < tiles; t++) {
          for (int k = 0; k < ci; k++) {
            for (int c = 0; c < lanes; c++) {
              u[t % 2 * part + p * uStep + k * lanes + c] +=
                  v[p * vStep + t * ci + k] * z[p * zStep + t * (lanes + 1) + c];
            }
          }
        }
      }
      float[] dw = new float[9 * uStep];
      input.weightGradient(u, 0, uStep, part, 2, dw, 0, uStep, uStep, scratch);

      double[] expected = new double[dw.length];
      for (int tap = 0; tap < 9; tap++) {
        for (int k = 0; k < ci; k++) {
          for (int c = 0; c < lanes; c++) {
            for (int h = 0; h < height; h++) {
              for (int q = 0; q < width; q++) {
                expected[(tap * ci + k) * lanes + c] +=
                    (double) x[(h + tap / 3) * xRow + (q + tap % 3) * ci + k]
                        * y[2 + h * yRow + q * yPixel + c];
              }
            }
          }
        }
      }
      check(expected, dw);
    }
  }
}
