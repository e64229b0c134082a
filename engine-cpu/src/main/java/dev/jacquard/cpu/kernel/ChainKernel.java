package dev.jacquard.cpu.kernel;

/**
 * The pointwise tail of a layer, on one image: batch normalisation, leaky ReLU, dropout and 2 x 2
 * max-pooling, each optional, in that order, in one pass. {@link ChainGradKernel} is its backward
 * pass.
 *
 * <p>With {@code z = (x - mean) * gain + shift} (or {@code z = x} without normalisation), each
 * window's dropped elements are set to +0, the first greatest is picked (a NaN before all others),
 * and {@code out = scale * (z > 0 ? z : slope * z)} of that one. Activation and scaling commute
 * with the maximum, as neither slope nor scale is negative; dropping does not.
 *
 * <p>What is kept for the backward pass is one code for each output element: bits 0 and 1 say which
 * of the window's elements was picked (row-major), bit 2 that it was not dropped, bit 3 that {@code
 * z > 0}; and, where it is asked for, the picked {@code x}. Codes and picked inputs are dense
 * {@code [outH, outW, C]}; the other arrays have row strides and bases of their own.
 *
 * <p>Coefficients are five rows of {@code channels} floats: mean, gain, shift, and the backward
 * pass's {@code k0} and {@code k1}.
 *
 * <p>A kernel has no state; any number of threads may run it at once. Nothing is allocated once it
 * is compiled.
 */
public interface ChainKernel {
  /**
   * Runs the chain.
   *
   * @param x input; {@code xBase} is its first pixel
   * @param coef coefficients, of which mean, gain and shift are read; unused without normalisation
   * @param draws dropout draws, a word for each vector of the image: {@code [height, width,
   *     channels / lanes]}, lane {@code i} in the bits from {@code i * drawBits} up; unused without
   *     dropout
   * @param out output; {@code outBase} is its first pixel
   * @param codes see above; {@code keptBase} is this image's first
   * @param picked see above, with the same base
   */
  void forward(
      float[] x,
      int xBase,
      float[] coef,
      int[] draws,
      float[] out,
      int outBase,
      int[] codes,
      float[] picked,
      int keptBase);
}
