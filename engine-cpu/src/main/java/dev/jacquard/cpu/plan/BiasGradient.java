package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.Loops;

/** The gradient of a linear op's bias: the sum of its output's gradient over the batch. */
final class BiasGradient implements Stage {
  private final ImagesStage sums;
  private final Totals totals;
  private final float[] gradients;
  private final int at;

  /**
   * Binds the arrays.
   *
   * @param dy the gradient of the op's output
   * @param gradients of all parameters; the bias's begins at {@code at}
   */
  BiasGradient(
      Plan.Stage about, Loops loops, Rows dy, float[] gradients, int at, int batch, Arena arena) {
    Layout layout = dy.layout();
    int channels = layout.physical();
    this.gradients = gradients;
    this.at = at;
    this.totals = new Totals(channels, batch, arena);
    float[] partial = totals.partial();
    this.sums =
        new ImagesStage(
            about,
            layout.image(),
            (step, first, count, worker) -> {
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
                    partial,
                    i * channels);
              }
            });
  }

  @Override
  public Plan.Stage describe() {
    return sums.describe();
  }

  @Override
  public void run(Step step) {
    sums.run(step);
    double[] total = totals.merge(step.n);
    for (int c = 0; c < total.length; c++) {
      gradients[at + c] = (float) total[c];
    }
  }
}
