package dev.jacquard.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A convolution of batches that fill groups of images and of such that do not, on small integers,
 * of which every sum is exact; what lies behind the batch is no number.
 */
class LinearProductTest {
  private static final int SIZE = 3;

  private final Random random = new Random(6);

  /** The groups are of {@code Kernels.alike()} images where the last number says so. */
  @ParameterizedTest
  @CsvSource({
    "12, 7, 5, 16, 128, 1, true",
    "13, 4, 7, 32, 64, 1, true",
    "25, 5, 5, 16, 32, 2, true",
    "13, 7, 7, 16, 32, 1, false",
    "5, 7, 7, 16, 128, 1, false"
  })
  void isThatOfItsDefinition(int batch, int h, int w, int ci, int co, int stride, boolean alike) {
    for (Kernels kernels : new Kernels[] {Kernels.vector(), Kernels.scalar()}) {
      Window window = Window.over(Shape.of(h, w, ci), SIZE, SIZE, stride, stride, true);
      int lanes = kernels.lanes();
      Layout in =
          Layout.bordered(
              Shape.of(h, w, ci),
              lanes,
              window.top(),
              window.bottom(h),
              window.left(),
              window.right(w));
      Layout out = Layout.of(Shape.of(window.outH(), window.outW(), co), lanes);
      LinearShape shape =
          new LinearShape(in, out, null, window, lanes, LinearShape.rows(in, window));
      int group = shape.forward(out, kernels, batch).tiles().images();
      if (kernels.alike() > 1 && lanes == 8) {
        assertEquals(alike, group == kernels.alike() && batch >= group);
      }
      for (int n : new int[] {batch, batch - 1, 1}) {
        check(kernels, shape, batch, n, Tiles.roundUp(batch, group));
      }
    }
  }

  private void check(Kernels kernels, LinearShape shape, int batch, int n, int room) {
    float[] x = new float[Arena.START + room * shape.in().image()];
    Arrays.fill(x, Arena.START + n * shape.in().image(), x.length, Float.NaN);
    fill(x, shape.in(), n);
    float[] w = new float[shape.floats()];
    for (int i = 0; i < w.length; i++) {
      w[i] = random.nextInt(-3, 4);
    }
    float[] bias = new float[shape.out().physical()];
    float[] y = new float[Arena.START + room * shape.out().image()];
    LinearProduct.Arrays arrays = new LinearProduct.Arrays(x, w, 0, bias, 0);
    LinearProduct product = LinearProduct.kept(shape, kernels, arrays, y, shape.out(), batch);
    for (int group = 0; group < product.groups(n); group++) {
      for (int panel = 0; panel < shape.panels(); panel++) {
        product.run(group, n, panel, 1, 0);
      }
    }
    Layout out = shape.out();
    for (int image = 0; image < n; image++) {
      for (int e = 0; e < out.pixels() * out.channels(); e += 13) {
        float actual = y[image * out.image() + out.offset(e)];
        assertEquals(expected(shape, x, w, image, e), actual, "image " + image + ", " + e);
      }
    }
  }

  private void fill(float[] x, Layout layout, int n) {
    for (int image = 0; image < n; image++) {
      for (int e = 0; e < layout.pixels() * layout.channels(); e++) {
        x[image * layout.image() + layout.offset(e)] = random.nextInt(-3, 4);
      }
    }
  }

  private static float expected(LinearShape shape, float[] x, float[] w, int image, int e) {
    Layout in = shape.in();
    Window window = shape.window();
    int co = shape.out().channels();
    int pixel = e / co;
    float sum = 0;
    for (int kh = 0; kh < SIZE; kh++) {
      for (int kw = 0; kw < SIZE; kw++) {
        int row = pixel / window.outW() * window.strideH() + kh - window.top();
        int column = pixel % window.outW() * window.strideW() + kw - window.left();
        for (int c = 0; c < in.channels(); c++) {
          int weight = shape.place(((kh * SIZE + kw) * in.channels() + c) * co + e % co, co);
          if (row >= 0 && row < in.height() && column >= 0 && column < in.width()) {
            int from = (row * in.width() + column) * in.channels() + c;
            sum += x[image * in.image() + in.offset(from)] * w[weight];
          }
        }
      }
    }
    return sum;
  }
}
