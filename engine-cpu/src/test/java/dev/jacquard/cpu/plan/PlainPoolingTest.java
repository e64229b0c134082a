package dev.jacquard.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What only fills up a vector may be no number behind a convolution over infinity, and must not
 * come to who multiplies it by 0.
 */
class PlainPoolingTest {
  private static final int CHANNELS = 3;

  @ParameterizedTest
  @CsvSource({"2, false", "2, true", "4, false", "4, true"})
  void channelsThatFillUpAVectorStayZero(int size, boolean max) {
    Kernels kernels = Kernels.vector();
    Loops loops = kernels.loops();
    Shape shape = Shape.of(4, 4, CHANNELS);
    Window window = Window.over(shape, size, size, 2, 2, true);
    Rows x = poisoned(shape, kernels.lanes());
    Rows dx = poisoned(shape, kernels.lanes());
    Shape out = Shape.of(window.outH(), window.outW(), CHANNELS);
    Rows y = poisoned(out, kernels.lanes());
    Rows dy = poisoned(out, kernels.lanes());
    PlainOp op =
        max
            ? new PlainMaxPool(window, x, y, 0, loops, null)
            : new PlainAvgPool(window, x, y, loops);
    op.forward(0);
    check(y);
    if (!max) {
      op.backward(0, dy, new Rows[] {dx});
      check(dx);
    }
  }

  private static Rows poisoned(Shape shape, int lanes) {
    Layout layout = Layout.of(shape, lanes);
    float[] values = new float[Arena.START + layout.image()];
    Arrays.fill(values, Float.NaN);
    for (int pixel = 0; pixel < layout.pixels(); pixel++) {
      int at = layout.origin() + pixel * layout.physical();
      Arrays.fill(values, at, at + CHANNELS, 1f);
    }
    return new Rows(values, layout);
  }

  private static void check(Rows rows) {
    Layout layout = rows.layout();
    for (int pixel = 0; pixel < layout.pixels(); pixel++) {
      int at = layout.origin() + pixel * layout.physical();
      for (int c = CHANNELS; c < layout.physical(); c++) {
        assertEquals(0f, rows.values()[at + c], "pixel " + pixel + ", channel " + c);
      }
    }
  }
}
