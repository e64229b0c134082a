package dev.jacquard.cpu.kernel;

/**
 * The gradient of a convolution's or dense layer's weights, on one panel of output channels.
 *
 * <p>A row is one weight position (kh, kw, ci); {@code rowOff} says where its input lies relative
 * to an output pixel's first input. For each row {@code i} of the tiles and each channel {@code c}
 * in {@code [0, width())}:
 *
 * <pre>
 * dw[dwBase + i * width() + c] = (accumulate ? dw[dwBase + i * width() + c] : 0)
 *     + sum over n &lt; images, h &lt; height, q &lt; width of
 *         x[xBase + rowOff[i] + n * xImage + h * xRow + q * xStep]
 *         * dy[dyBase + n * dyImage + h * dyRow + q * dyStep + c]
 * </pre>
 *
 * <p>The terms are added in the order of {@code n}, {@code h}, {@code q}, with one fused
 * multiply-add each: cutting the images into several accumulating calls does not change the bits.
 * The scalar twin multiplies and adds in the same order but rounds twice.
 *
 * <p>A kernel has no state: any number of threads may run it at once. A run allocates nothing once
 * the method is compiled.
 */
public interface FilterGradKernel {

  /**
   * Rows of a tile, which differ from spec to spec: {@code rowOff} and {@code dw} must be padded to
   * a multiple of it.
   */
  int tileRows();

  /** Output channels of a panel: {@code lanes * spec.vectors()}. */
  int width();

  /**
   * Computes {@code tiles} consecutive tiles: the rows from {@code fromRow} up to {@code fromRow +
   * tiles * tileRows()}, over {@code images} images.
   *
   * <p>Arrays are accessed as the formula in the class comment says, and where {@link
   * FilterGradSpec#blank} allows it; numbers there have to be finite in {@code x}. The caller pads
   * {@code rowOff} and {@code dw} to whole tiles; padding rows take any regular offsets (say 0, 1,
   * 2 ... within a run) and leave numbers without meaning in {@code dw}. {@code fromRow} lies at
   * the start of a run, or whole tiles behind one. {@code dw} must not overlap the inputs.
   *
   * @param x input activations
   * @param xBase where the first image's first output pixel has its first input
   * @param dy output gradients
   * @param dyBase where the panel's gradients of the first image's first pixel begin in {@code dy}
   * @param dw weight gradients of the panel, [rows, width()]
   * @param dwBase where the panel begins in {@code dw}
   * @param rowOff for each row, the offset of its input
   * @param fromRow first row of the first tile
   * @param tiles number of tiles
   * @param images number of images, at least 0
   * @param accumulate whether to add to what {@code dw} holds rather than to start from 0
   */
  void run(
      float[] x,
      int xBase,
      float[] dy,
      int dyBase,
      float[] dw,
      int dwBase,
      int[] rowOff,
      int fromRow,
      int tiles,
      int images,
      boolean accumulate);
}
