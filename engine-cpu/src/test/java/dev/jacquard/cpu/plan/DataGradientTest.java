package dev.jacquard.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The gradient of a convolution's input, of batches that fill groups of images and of such that do
 * not, cut into blocks, on small integers, of which every sum is exact; what lies behind the batch
 * is no number.
 */
class DataGradientTest {
  private final Random random = new Random(7);

  @ParameterizedTest
  @CsvSource({
    "12, 7, 5, 128, 16, 3, 1",
    "13, 4, 7, 64, 32, 3, 1",
    "25, 6, 5, 32, 32, 3, 2",
    "25, 5, 6, 32, 32, 1, 2",
    "7, 5, 5, 16, 16, 3, 1"
  })
  void isThatOfItsDefinition(int batch, int h, int w, int ci, int co, int size, int stride) {
    for (Kernels kernels : new Kernels[] {Kernels.vector(), Kernels.scalar()}) {
      Window window = Window.over(Shape.of(h, w, ci), size, size, stride, stride, true);
      int lanes = kernels.lanes();
      Layout in = Layout.of(Shape.of(h, w, ci), lanes);
      int[] border = LinearShape.gradientBorder(h, w, window);
      Layout dy =
          Layout.bordered(
              Shape.of(window.outH(), window.outW(), co),
              lanes,
              border[0],
              border[1],
              border[2],
              border[3]);
      LinearShape shape = new LinearShape(in, dy, dy, window, lanes, LinearShape.rows(in, window));
      for (int n : new int[] {batch, batch - 1, 1}) {
        check(kernels, shape, batch, n);
      }
    }
  }

  private void check(Kernels kernels, LinearShape shape, int batch, int n) {
    Layout to = shape.in();
    int room = batch;
    for (LinearShape.DataPass pass : shape.dataPasses(to, kernels, batch)) {
      room = Math.max(room, Tiles.roundUp(batch, pass.rows().tiles().images()));
    }
    Layout from = shape.gradient();
    float[] dy = new float[Arena.START + room * from.image()];
    Arrays.fill(dy, Arena.START + n * from.image(), dy.length, Float.NaN);
    for (int image = 0; image < n; image++) {
      for (int e = 0; e < from.pixels() * from.channels(); e++) {
        dy[image * from.image() + from.offset(e)] = random.nextInt(-3, 4);
      }
    }
    float[] w = new float[shape.floats()];
    for (int i = 0; i < w.length; i++) {
      w[i] = random.nextInt(-3, 4);
    }
    float[] dx = new float[Arena.START + room * to.image()];
    Arena arena = new Arena(new AtomicLong(), false);
    DataGradient gradient = new DataGradient(shape, to, kernels, dy, dx, batch, arena);
    for (int unit = 0; unit < gradient.prepareUnits(); unit++) {
      gradient.prepare(unit, w, 0, kernels.loops(), 0);
    }
    gradient.clear(n);
    int half = (n + 1) / 2;
    for (int start = 0; start < n; start += half) {
      int end = Math.min(n, start + half);
      for (int unit = 0; unit < gradient.units(start, end); unit++) {
        gradient.run(unit, start, end, n, 0);
      }
    }
    for (int image = 0; image < n; image++) {
      for (int e = 0; e < to.pixels() * to.channels(); e += 13) {
        float actual = dx[image * to.image() + to.offset(e)];
        assertEquals(expected(shape, dy, w, image, e), actual, "image " + image + ", " + e);
      }
    }
  }

  private static float expected(LinearShape shape, float[] dy, float[] w, int image, int e) {
    Layout from = shape.gradient();
    Window window = shape.window();
    int ci = e % shape.in().channels();
    int pixel = e / shape.in().channels();
    float sum = 0;
    for (int kh = 0; kh < window.kernelH(); kh++) {
      for (int kw = 0; kw < window.kernelW(); kw++) {
        int row = pixel / shape.in().width() - kh + window.top();
        int column = pixel % shape.in().width() - kw + window.left();
        boolean meets =
            Math.floorMod(row, window.strideH()) == 0
                && Math.floorMod(column, window.strideW()) == 0;
        row = Math.floorDiv(row, window.strideH());
        column = Math.floorDiv(column, window.strideW());
        if (meets && row >= 0 && row < from.height() && column >= 0 && column < from.width()) {
          int tap = kh * window.kernelW() + kw;
          for (int c = 0; c < from.channels(); c++) {
            int place =
                shape.place(
                    (tap * shape.in().channels() + ci) * from.channels() + c, from.channels());
            int at = (row * from.width() + column) * from.channels() + c;
            sum += dy[image * from.image() + from.offset(at)] * w[place];
          }
        }
      }
    }
    return sum;
  }
}
