package dev.jacquard.cpu.kernel;

/**
 * The backward pass of {@link ChainKernel}, on one image, from what that kept.
 *
 * <p>With its coefficients, {@code dx = (picked ? gain * g : 0) + k0 + k1 * (x - mean)}, where
 * {@code g} is the output's gradient times the slope and scale that the code tells, or 0 if it was
 * dropped. The output's gradient is dense, as the codes are.
 *
 * <p>A kernel has no state; any number of threads may run it at once. Nothing is allocated once it
 * is compiled.
 */
public interface ChainGradKernel {
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
