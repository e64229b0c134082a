package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.kernel.WinogradKernel;

/**
 * A convolution's weights, transformed: {@code [position][panel][ci][width]}. They are to be made
 * anew whenever the weights have changed.
 */
final class WinogradWeights {
  private final WinogradKernel kernel;
  private final int panels;
  private final int panelFloats;
  private final int step;
  private final float[] values;
  private final float[][] scratch;

  /**
   * Room for the weights.
   *
   * @param in layout of the input of the convolution that they are for, from {@code in.physical()}
   *     channels to {@code panels} panels of {@code width}
   */
  WinogradWeights(
      WinogradTiling tiling,
      Kernels kernels,
      Layout in,
      int panels,
      int width,
      int workers,
      Arena arena) {
    this.kernel = kernels.winograd(tiling.spec(in, in.physical()));
    this.panels = panels;
    this.panelFloats = in.physical() * width;
    this.step = WinogradTiling.spaced(panels * panelFloats);
    this.values = arena.vectors((long) tiling.positions() * step, "transformed weights");
    this.scratch = new float[workers][];
    for (int worker = 0; worker < workers; worker++) {
      scratch[worker] = arena.floats(WinogradKernel.SCRATCH, "a transformed tile");
    }
  }

  float[] values() {
    return values;
  }

  int panels() {
    return panels;
  }

  /** Where a position's panel begins. */
  int at(int position, int panel) {
    return Arena.START + position * step + panel * panelFloats;
  }

  /** Transforms a panel, {@code [kh, kw, ci][width]}, that begins at {@code at}. */
  void transform(int panel, float[] weights, int at, int worker) {
    kernel.weights(
        weights, at, panelFloats, values, at(0, panel), step, panelFloats, scratch[worker]);
  }
}
