package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.Loops;

/** The gradient of a linear op's bias: the sum of its output's gradient over the batch. */
final class BiasGradient {
  private final Loops loops;
  private final Rows dy;
  private final float[] gradients;
  private final int at;
  private final Totals totals;

  /**
   * Binds the arrays.
   *
   * @param dy the gradient of the op's output
   * @param gradients of all parameters; the bias's begins at {@code at}
   */
  BiasGradient(Loops loops, Rows dy, float[] gradients, int at, int batch, Arena arena) {
    this.loops = loops;
    this.dy = dy;
    this.gradients = gradients;
    this.at = at;
    this.totals = new Totals(dy.layout().physical(), batch, arena);
  }

  Stage stage(Plan.Stage about) {
    return new Sequel(new ImagesStage(about, dy.layout().image(), this::sums), 0, this::merge);
  }

  private void sums(Step step, int first, int count, int worker) {
    Layout layout = dy.layout();
    int channels = layout.physical();
    for (int i = first; i < first + count; i++) {
      loops.sums(
          dy.values(),
          dy.at(i, 0, 0),
          1,
          layout.image(),
          layout.height(),
          layout.row(),
          layout.width(),
          channels,
          channels,
          totals.partial(),
          i * channels);
    }
  }

  private void merge(Step step) {
    double[] total = totals.merge(step.n);
    for (int c = 0; c < total.length; c++) {
      gradients[at + c] = (float) total[c];
    }
  }
}
