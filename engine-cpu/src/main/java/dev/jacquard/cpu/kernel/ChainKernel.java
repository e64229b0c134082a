package dev.jacquard.cpu.kernel;

/**
 * The pointwise tail of a layer, on one image: batch normalisation, leaky ReLU, dropout and 2 x 2
 * max-pooling, each optional, in that order, in one pass; and its backward pass.
 *
 * <p>With {@code z = (x - mean) * gain + shift} (or {@code z = x} without normalisation), each
 * window's dropped elements are set to +0, the first greatest is picked (a NaN before all others),
 * and {@code out = scale * (z > 0 ? z : slope * z)} of that one. Activation and scaling commute
 * with the maximum, as neither slope nor scale is negative; dropping does not.
 *
 * <p>What is kept for the backward pass is one code for each output element: bits 0 and 1 say which
 * of the window's elements was picked (row-major), bit 2 that it was not dropped, bit 3 that {@code
 * z > 0}; and, where it is asked for, the picked {@code x}. Codes, picked inputs and the output's
 * gradient are dense {@code [outH, outW, C]}; the other arrays have row strides and bases of their
 * own.
 *
 * <p>Coefficients are five rows of {@code channels} floats: mean, gain, shift, {@code k0} and
 * {@code k1}. The gradient is {@code dx = (picked ? gain * g : 0) + k0 + k1 * (x - mean)}, where
 * {@code g} is the output's gradient times the slope and scale that the code tells, or 0 if it was
 * dropped.
 *
 * <p>A kernel has no state; any number of threads may run it at once. Nothing is allocated once it
 * is compiled.
 */
public interface ChainKernel {
  /**
   * The forward pass.
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

  /**
   * The sums over the image that batch normalisation's gradient needs: {@code sums[at + c] = sum g}
   * and, with normalisation, {@code sums[at + channels + c] = sum g * (x - mean)}, which reads the
   * picked inputs of a chain that pools.
   *
   * @param gradient the output's
   * @param gradientBase its first element of this image
   */
  void reduce(
      float[] x,
      int xBase,
      float[] coef,
      float[] gradient,
      int gradientBase,
      int[] codes,
      float[] picked,
      int keptBase,
      float[] sums,
      int at);

  /**
   * The input's gradient.
   *
   * @param x input, read only with normalisation
   * @param dx receives the gradient; may be {@code x} itself, with the same base and strides
   */
  void backward(
      float[] x,
      int xBase,
      float[] coef,
      float[] gradient,
      int gradientBase,
      int[] codes,
      int keptBase,
      float[] dx,
      int dxBase);
}
