package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Loops;

/** The sum of several values. Its gradient is everybody's. */
final class PlainAdd implements PlainOp {
  private final Rows[] inputs;
  private final Rows y;
  private final Loops loops;

  PlainAdd(Rows[] inputs, Rows y, Loops loops) {
    this.inputs = inputs.clone();
    this.y = y;
    this.loops = loops;
  }

  @Override
  public void forward(int i) {
    Layout layout = y.layout();
    int row = layout.width() * layout.physical();
    for (int h = 0; h < layout.height(); h++) {
      int to = y.at(i, h, 0);
      copy(inputs[0], i, h, y, row);
      for (int k = 1; k < inputs.length; k++) {
        loops.add(inputs[k].values(), inputs[k].at(i, h, 0), y.values(), to, row);
      }
    }
  }

  private static void copy(Rows from, int i, int h, Rows to, int count) {
    System.arraycopy(from.values(), from.at(i, h, 0), to.values(), to.at(i, h, 0), count);
  }

  @Override
  public void backward(int i, Rows dy, Rows[] dx) {
    Layout layout = y.layout();
    for (Rows to : dx) {
      for (int h = 0; to != null && h < layout.height(); h++) {
        copy(dy, i, h, to, layout.width() * layout.physical());
      }
    }
  }
}
