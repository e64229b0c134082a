package dev.jacquard.cpu.kernel;

/**
 * The transformations of Winograd's minimal filtering F(m x m, 3 x 3) for a convolution of stride
 * 1, m being 2 or 4 (Lavin and Gray 2015, arXiv:1509.09308). With n = m + 2, an m x m tile of the
 * outputs of one image and one pair of channels is
 *
 * <pre>
 * y = A' [(G g G') * (B' d B)] A
 * </pre>
 *
 * with the 3 x 3 weights g, the n x n inputs d and the product of elements {@code *}. Over all
 * channels and tiles, that product is a matrix product for each of the n * n <i>positions</i>. The
 * weights' gradient is its adjoint, the sum over tiles of {@code G' [(B' d B) * (A y A')] G}.
 *
 * <p>{@link WinogradPoints} has the matrices. Transformed images lie as {@code [position][tile][
 * channel]}: a position is {@code step} floats behind the one before, a tile {@link
 * WinogradSpec#packed()} floats. Tiles of an image are in row-major order.
 *
 * <p>A kernel has no state but its constants: any number of threads may run it at once, each with a
 * {@code scratch} of {@link #SCRATCH} floats of its own. A run allocates nothing once the method is
 * compiled.
 */
public interface WinogradKernel {
  /** Floats of scratch memory: two tiles of the longest vectors. */
  int SCRATCH = 2 * 6 * 6 * 64;

  /**
   * {@code B' d B} of an image's tiles. Reads {@code m * tiles + 2} rows and columns: what lies
   * beyond the image must be zero.
   *
   * @param x image
   * @param at where the first tile's first input begins
   * @param v receives the transformed image
   * @param vAt where its first tile's first position begins
   * @param step from a position to the next
   */
  void input(float[] x, int at, float[] v, int vAt, int step, float[] scratch);

  /**
   * {@code A' m A}, with a bias added: the outputs of an image. Writes {@code height x width}
   * pixels and nothing else.
   *
   * @param m transformed outputs
   * @param mAt where the first tile's first position begins
   * @param step from a position to the next
   * @param bias of the channels, begins at {@code biasAt}
   * @param y image
   * @param at where its first pixel begins
   */
  void output(
      float[] m, int mAt, int step, float[] bias, int biasAt, float[] y, int at, float[] scratch);

  /**
   * {@code A y A'} of an image's tiles, y being the gradient of the outputs. Reads {@code m *
   * tiles} rows and columns: what lies beyond the image must be zero.
   *
   * @param y image
   * @param at where its first pixel begins
   * @param z receives the transformed image
   * @param zAt where its first tile's first position begins
   * @param step from a position to the next
   */
  void spread(float[] y, int at, float[] z, int zAt, int step, float[] scratch);

  /**
   * {@code G g G'} of {@code count} pairs of channels that follow each other.
   *
   * @param w weights, of which tap (kh, kw) begins at {@code at + (3 * kh + kw) * tap}
   * @param u receives position p at {@code uAt + p * step}
   * @param count a multiple of the lanes
   */
  void weights(
      float[] w, int at, int tap, float[] u, int uAt, int step, int count, float[] scratch);

  /**
   * {@code G' u G} of {@code count} pairs of channels, u being the sum of {@code parts} arrays in
   * their order.
   *
   * @param u of which part q has position p at {@code uAt + q * part + p * step}
   * @param w receives tap (kh, kw) at {@code at + (3 * kh + kw) * tap}
   * @param count a multiple of the lanes
   */
  void weightGradient(
      float[] u,
      int uAt,
      int step,
      int part,
      int parts,
      float[] w,
      int at,
      int tap,
      int count,
      float[] scratch);
}
