package dev.jacquard.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.thread.Workers;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The gradient of weights from images that are cut into bands, parts and blocks, on small integers,
 * of which every sum is exact.
 */
class FilterGradientTest {
  private static final int BATCH = 11;

  private final Random random = new Random(5);

  /** A convolution's arrays, and its gradient by definition. */
  private final class Case {
    final Layout in;
    final Layout dy;
    final LinearShape shape;
    final float[] x;
    final float[] gradient;

    Case(Kernels kernels, int h, int w, int ci, int co, int size, int stride, boolean same) {
      Window window = Window.over(Shape.of(h, w, ci), size, size, stride, stride, same);
      int lanes = kernels.lanes();
      int bottom = window.bottom(h);
      int right = window.right(w);
      in = Layout.bordered(Shape.of(h, w, ci), lanes, window.top(), bottom, window.left(), right);
      Shape out = Shape.of(window.outH(), window.outW(), co);
      // The gradient of the input reaches as far.
      dy = Layout.bordered(out, lanes, size - 1, size - 1, window.left(), right);
      LinearShape exact = new LinearShape(in, dy, dy, window, lanes, LinearShape.rows(in, window));
      int tile = kernels.filterGrad(exact.filterGradient()).tileRows();
      shape = new LinearShape(in, dy, dy, window, lanes, Tiles.roundUp(exact.rows(), tile));
      x = integers(in);
      gradient = integers(dy);
    }

    private float[] integers(Layout layout) {
      float[] values = new float[Arena.START + BATCH * layout.image()];
      for (int n = 0; n < BATCH; n++) {
        for (int e = 0; e < layout.pixels() * layout.channels(); e++) {
          values[n * layout.image() + layout.offset(e)] = random.nextInt(-3, 4);
        }
      }
      return values;
    }

    /** The gradient of weight {@code [kh, kw, ci, co]}. */
    double expected(int kh, int kw, int ci, int co, int images) {
      Window window = shape.window();
      double sum = 0;
      for (int n = 0; n < images; n++) {
        for (int h = 0; h < window.outH(); h++) {
          for (int w = 0; w < window.outW(); w++) {
            int row = h * window.strideH() + kh - window.top();
            int column = w * window.strideW() + kw - window.left();
            if (row >= 0 && row < in.height() && column >= 0 && column < in.width()) {
              int from = (row * in.width() + column) * in.channels() + ci;
              int to = (h * dy.width() + w) * dy.channels() + co;
              sum +=
                  (double) x[n * in.image() + in.offset(from)]
                      * gradient[n * dy.image() + dy.offset(to)];
            }
          }
        }
      }
      return sum;
    }
  }

  /** The last number says in how many bands, with vectors of 16 numbers. */
  @ParameterizedTest
  @CsvSource({
    "14, 14, 32, 64, 3, 1, true, 1",
    "28, 28, 16, 16, 3, 1, true, 2",
    "28, 28, 32, 64, 3, 1, true, 4",
    "24, 20, 16, 32, 5, 1, true, 2",
    "16, 28, 32, 16, 5, 1, false, 1",
    "24, 24, 32, 20, 3, 2, true, 2",
    "13, 60, 33, 17, 3, 1, true, 13",
    "30, 30, 16, 32, 1, 1, true, 1",
    "7, 7, 64, 32, 3, 1, true, 1",
    "9, 9, 3, 40, 2, 1, true, 1",
    // Two blocks.
    "60, 60, 64, 16, 1, 1, true, 20"
  })
  void isThatOfItsDefinition(
      int h, int w, int ci, int co, int size, int stride, boolean same, int bands) {
    for (Kernels kernels : new Kernels[] {Kernels.vector(), Kernels.scalar()}) {
      Case at = new Case(kernels, h, w, ci, co, size, stride, same);
      int rows = at.shape.bandRows();
      assertEquals(0, at.shape.window().outH() % rows, "bands are equal");
      if (kernels.lanes() == 16) {
        assertEquals(bands, at.shape.window().outH() / rows);
      }
      try (Workers workers = new Workers(2)) {
        check(at, kernels, workers, 2);
        check(at, kernels, workers, 40);
      }
    }
  }

  /** A full batch, and one of fewer parts behind it, in units for so many threads. */
  private void check(Case at, Kernels kernels, Workers workers, int threads) {
    float[] weights = new float[Arena.START + at.shape.floats()];
    Arrays.fill(weights, Float.NaN);
    LinearBackward stage = stage(at, kernels, weights, threads);
    Step step = new Step(workers, 1);
    for (int images : new int[] {BATCH, 3}) {
      step.n = images;
      stage.run(step);
      compare(at, weights, images);
    }
  }

  private static LinearBackward stage(Case at, Kernels kernels, float[] weights, int threads) {
    Arena arena = new Arena(new AtomicLong());
    return new LinearBackward(
        null,
        new FilterGradient(
            at.shape, kernels, at.x, at.gradient, weights, Arena.START, BATCH, 0, threads, arena),
        null);
  }

  /** Units are another matter than parts. */
  @Test
  void hasTheSameBitsInUnitsForAnyNumberOfThreads() {
    Case at = new Case(Kernels.vector(), 14, 14, 32, 64, 3, 1, true);
    for (float[] values : new float[][] {at.x, at.gradient}) {
      for (int i = 0; i < values.length; i++) {
        values[i] *= random.nextFloat();
      }
    }
    float[][] all = new float[3][Arena.START + at.shape.floats()];
    try (Workers workers = new Workers(2)) {
      Step step = new Step(workers, 1);
      step.n = BATCH;
      for (int i = 0; i < all.length; i++) {
        stage(at, Kernels.vector(), all[i], new int[] {1, 5, 40}[i]).run(step);
      }
    }
    assertArrayEquals(all[0], all[1]);
    assertArrayEquals(all[0], all[2]);
  }

  private void compare(Case at, float[] weights, int images) {
    LinearShape shape = at.shape;
    boolean some = false;
    int ci = at.in.channels();
    int co = at.dy.channels();
    // Of the channels only a few, but all of a small number.
    for (int i = 0; i < 200; i++) {
      int kh = random.nextInt(shape.window().kernelH());
      int kw = random.nextInt(shape.window().kernelW());
      int from = random.nextInt(ci);
      int to = random.nextInt(co);
      int index = ((kh * shape.window().kernelW() + kw) * ci + from) * co + to;
      double expected = at.expected(kh, kw, from, to, images);
      assertEquals(expected, weights[Arena.START + shape.place(index, co)], 0, "weight " + index);
      some |= expected != 0;
    }
    assertTrue(some);
  }
}
