package dev.jacquard.cpu.kernel;

/**
 * The matrix product behind convolution and dense layers, forward and backward-data, on one panel
 * of output channels.
 *
 * <p>For each row {@code i} of the tiles and each channel {@code c} in {@code [0, width())}:
 *
 * <pre>
 * out[outBase + outOff[i] + c] = bias[biasBase + c]
 *     + sum over r &lt; runs, k &lt; runLength of
 *         x[xBase + inOff[i] + r * runStride + k] * w[wBase + (r * runLength + k) * width() + c]
 * </pre>
 *
 * <p>The terms are added in the order of {@code r}, then {@code k}, starting from the bias, with
 * one fused multiply-add each. The order does not depend on the row's place in its tile: a row's
 * result has the same bits wherever it is computed. The scalar twin multiplies and adds in the same
 * order but rounds twice.
 *
 * <p>A kernel has no state: any number of threads may run it at once. A run allocates nothing once
 * the method is compiled.
 */
public interface GemmKernel {

  /**
   * Rows of a tile, which differ from spec to spec: the row tables must be padded to a multiple of
   * it.
   */
  int tileRows();

  /** Output channels of a panel: {@code lanes * spec.vectors()}. */
  int width();

  /**
   * Computes {@code tiles} consecutive tiles: the rows from {@code fromRow} up to {@code fromRow +
   * tiles * tileRows()}.
   *
   * <p>Arrays are accessed as the formula in the class comment says and nowhere else. The caller
   * pads the tables to whole tiles: a row that does not exist takes any valid {@code inOff} and an
   * {@code outOff} that points to a dump area of {@code width()} floats. Padding keeps the promise
   * of {@link GemmSpec#rowGroup()}, so its dump area then spans a group's {@code outStep}s. {@code
   * fromRow} lies at the start of a group, or whole tiles behind one. {@code out} must not overlap
   * the inputs.
   *
   * @param x input activations
   * @param xBase where offset 0 of {@code inOff} lies in {@code x}
   * @param w weights of the panel, [runs, runLength, width()]
   * @param wBase where the panel begins in {@code w}
   * @param bias starting values of the sums, [width()]; zeros for no bias
   * @param biasBase where the panel's values begin in {@code bias}
   * @param out output activations
   * @param outBase where offset 0 of {@code outOff} lies in {@code out}
   * @param inOff for each row, the offset of its first input
   * @param outOff for each row, the offset of its first output
   * @param fromRow first row of the first tile
   * @param tiles number of tiles
   */
  void run(
      float[] x,
      int xBase,
      float[] w,
      int wBase,
      float[] bias,
      int biasBase,
      float[] out,
      int outBase,
      int[] inOff,
      int[] outOff,
      int fromRow,
      int tiles);
}
