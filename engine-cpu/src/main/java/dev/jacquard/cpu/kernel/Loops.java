package dev.jacquard.cpu.kernel;

/**
 * Elementwise and reducing loops over ranges that are a multiple of the lanes long, unless they say
 * that any length will do.
 */
public interface Loops {
  /**
   * A moment smaller than this is set to 0. The moments of a parameter without gradient fade until
   * rounding keeps them above 0 for ever, at a size at which processors compute slowly.
   */
  float FADED = Float.MIN_NORMAL;

  /**
   * The sum of each channel over the pixels of some images.
   *
   * @param x first element at {@code base}
   * @param images how many, {@code imageStride} floats apart
   * @param height rows of an image, {@code rowStride} floats apart
   * @param width pixels of a row, {@code pixelStride} floats apart
   * @param channels how many to treat, a multiple of the lanes; at most {@code pixelStride}
   */
  void sums(
      float[] x,
      int base,
      int images,
      int imageStride,
      int height,
      int rowStride,
      int width,
      int pixelStride,
      int channels,
      float[] out,
      int at);

  /** {@code to[toBase + i] += from[fromBase + i]}. */
  void add(float[] from, int fromBase, float[] to, int toBase, int count);

  /**
   * Adds a row of pixels to another, which may lie closer together or farther apart: {@code
   * to[toBase + i * toStep + c] += factor * from[fromBase + i * fromStep + c]}.
   *
   * @param pixels how many; nothing is done for 0 and fewer
   * @param channels floats of a pixel
   */
  void add(
      float[] from,
      int fromBase,
      int fromStep,
      float[] to,
      int toBase,
      int toStep,
      int pixels,
      int channels,
      float factor);

  /**
   * The greater of two rows' pixels: {@code best[to + i * channels + c]} and its winner become
   * {@code x[from + i * step + c]} and {@code position}, if the former is smaller, or a number and
   * the latter is none.
   *
   * @param winners the places of {@code best} from {@code kept} on; null if nobody asks
   * @param pixels how many; nothing is done for 0 and fewer
   * @param channels floats of a pixel
   */
  void max(
      float[] x,
      int from,
      int step,
      int position,
      float[] best,
      int to,
      int[] winners,
      int kept,
      int pixels,
      int channels);

  /**
   * Adds elements that won at a position: {@code to[toBase + i * step + c] += from[fromBase + i *
   * channels + c]}, or 0 if {@code winners[kept + i * channels + c]} is another.
   *
   * @param pixels how many; nothing is done for 0 and fewer
   * @param channels floats of a pixel
   */
  void addWhere(
      float[] from,
      int fromBase,
      int[] winners,
      int kept,
      int position,
      float[] to,
      int toBase,
      int step,
      int pixels,
      int channels);

  /**
   * Adam on {@code w[from .. from + count - 1]}, with gradient, first and second moment at the same
   * places: {@code w = w - decay * w - rate * m / (sqrt(v) + epsilon)}. Moments below {@link
   * #FADED} become 0.
   *
   * @param rate the learning rate with the bias correction in it
   * @param beta1 decay of the first moment; a double, as is {@code beta2}, for the sake of {@code 1
   *     - beta2}
   * @param decay learning rate times weight decay; 0 for plain Adam
   */
  void adam(
      float[] w,
      float[] gradient,
      float[] m,
      float[] v,
      int from,
      int count,
      float rate,
      double beta1,
      double beta2,
      float epsilon,
      float decay);

  /**
   * Momentum on {@code w[from .. from + count - 1]}: {@code m = momentum * m - rate * g}, then
   * {@code w += m}, or with Nesterov's {@code w += momentum * m - rate * g}. An {@code m} below
   * {@link #FADED} becomes 0.
   */
  void momentum(
      float[] w,
      float[] gradient,
      float[] m,
      int from,
      int count,
      float rate,
      float momentum,
      boolean nesterov);

  /** {@code w -= rate * g} on {@code w[from .. from + count - 1]}. */
  void descend(float[] w, float[] gradient, int from, int count, float rate);

  /**
   * Writes consecutive Philox blocks: words {@code 4 * b .. 4 * b + 3} of {@code out} are block
   * {@code first + b}, as of {@link dev.jacquard.random.Philox#block} with the other counters
   * given.
   *
   * @param blocks how many; {@code out} has room for a multiple of the lanes more
   */
  void philox(long seed, int first, int c1, int c2, int c3, int[] out, int blocks);

  /**
   * Transposes a matrix of {@code rows x lanes()}: {@code to[toBase + r + c * toStride] =
   * from[fromBase + r * fromStride + c]} for {@code r < rows}, {@code c < lanes()}.
   */
  void transpose(
      float[] from, int fromBase, int fromStride, float[] to, int toBase, int toStride, int rows);

  /** {@code y[to + i] = 1 / (1 + exp(-x[from + i]))}, for a range of any length. */
  void sigmoid(float[] x, int from, float[] y, int to, int count);

  /** {@code y[to + i] = tanh(x[from + i])}, for a range of any length. */
  void tanh(float[] x, int from, float[] y, int to, int count);

  /**
   * Of each lane l, over {@code count} numbers {@code step} apart: the sum of {@code x[a + l]}, and
   * those of its products with {@code x[b + l]} for four b, into {@code sums[k * lanes + l]}, k
   * from 0 to 4.
   */
  void products(
      float[] x, int a, int b0, int b1, int b2, int b3, int step, int count, float[] sums);
}
