package dev.jacquard.cpu.kernel;

/**
 * The constants of a {@link ChainKernel}: one kernel is compiled for each distinct value. Strides
 * are in floats.
 *
 * @param height rows of the input, at least 1
 * @param width pixels of a row, at least 1
 * @param channels physical channels of a pixel, a multiple of the lanes
 * @param xRow from a row of the input to the next
 * @param outRow from a row of the output to the next
 * @param dxRow from a row of the input's gradient to the next
 * @param norm whether the chain begins with batch normalisation
 * @param drawBits bits of a dropout draw, 1 or 2 or 4 with {@code drawBits * lanes <= 32}; 0 for no
 *     dropout
 * @param threshold draws below it drop their element
 * @param scale what kept elements are multiplied by; 1 without dropout
 * @param slope the factor of negative elements, at least 0; 1 for no activation
 * @param pool whether the chain ends with the maximum over 2 x 2 windows in strides of 2, clipped
 *     at the lower and right edge of an odd extent
 * @param keep whether to keep the codes that the backward pass needs
 * @param picks whether to keep the picked inputs, too, for the sums of a normalisation's gradient;
 *     only with pooling
 */
public record ChainSpec(
    int height,
    int width,
    int channels,
    int xRow,
    int outRow,
    int dxRow,
    boolean norm,
    int drawBits,
    int threshold,
    float scale,
    float slope,
    boolean pool,
    boolean keep,
    boolean picks) {

  /** The same but for these. */
  public ChainSpec with(int dxRow, boolean norm, boolean picks) {
    return new ChainSpec(
        height, width, channels, xRow, outRow, dxRow, norm, drawBits, threshold, scale, slope, pool,
        keep, picks);
  }

  /** Rows of the output. */
  public int outHeight() {
    return pool ? (height + 1) / 2 : height;
  }

  /** Pixels in a row of the output. */
  public int outWidth() {
    return pool ? (width + 1) / 2 : width;
  }

  /** Whether the forward pass fills the codes. */
  public boolean codes() {
    return keep && (pool || drawBits > 0 || slope != 1);
  }
}
