package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Loops;
import java.util.List;

/**
 * A copy of a linear op's weights as the gradient of its input wants them: flipped and transposed,
 * pass by pass, {@code [panel of input channels][tap][co][width]}.
 */
final class FlippedWeights {
  private final LinearShape shape;
  private final List<LinearShape.DataPass> passes;
  private final int width;
  private final int panels;
  private final int[] at;
  private final float[] values;

  FlippedWeights(LinearShape shape, Layout to, List<LinearShape.DataPass> passes, Arena arena) {
    this.shape = shape;
    this.passes = passes;
    this.width = LinearShape.vectors(to.physical(), shape.lanes()) * shape.lanes();
    this.panels = to.physical() / width;
    this.at = new int[passes.size()];
    int floats = Arena.START;
    for (int i = 0; i < passes.size(); i++) {
      at[i] = floats;
      floats += passes.get(i).terms() * to.physical();
    }
    this.values = arena.aligned(floats - Arena.START, "transposed weights");
  }

  float[] values() {
    return values;
  }

  /** Channels of a panel. */
  int width() {
    return width;
  }

  int panels() {
    return panels;
  }

  /** Where a pass's panel begins. */
  int at(int pass, int panel) {
    return at[pass] + panel * passes.get(pass).terms() * width;
  }

  /** Units of {@link #copy}. */
  int units() {
    return passes.size() * panels;
  }

  /** Copies one panel of one pass's weights from the state. */
  void copy(int unit, float[] state, int from, Loops loops) {
    LinearShape.DataPass pass = passes.get(unit / panels);
    int panel = unit % panels;
    int target = at(unit / panels, panel);
    int physical = shape.out().physical();
    for (int tapH : pass.tapsH()) {
      for (int tapW : pass.tapsW()) {
        int row = (tapH * shape.window().kernelW() + tapW) * shape.in().physical() + panel * width;
        for (int co = 0; co < physical; co += shape.lanes()) {
          int source =
              from
                  + (co / shape.width() * shape.panelRows() + row) * shape.width()
                  + co % shape.width();
          loops.transpose(state, source, shape.width(), values, target + co * width, width, width);
        }
        target += physical * width;
      }
    }
  }
}
