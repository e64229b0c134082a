package dev.jacquard.cpu.kernel;

import dev.jacquard.error.JacquardException;

/**
 * The constants of a {@link FilterGradKernel}: one kernel is compiled for each distinct value. All
 * strides are in floats.
 *
 * <p>For a convolution, {@code height} and {@code width} are the output's, and the strides of x
 * include the convolution's own stride. A dense layer is {@code height = width = 1} with the
 * samples as images: the batch is a run-time count, so one kernel serves full and tail batches.
 * Sample strides that are multiples of 4 KiB fall on few cache sets: pad them by 16 floats.
 *
 * <p>{@code runLength} promises regularity of the row table: within each aligned group of {@code
 * runLength} rows, {@code rowOff} grows by 1 from row to row, as it does over (kw, ci) of a
 * convolution and over all inputs of a dense layer.
 *
 * @param runLength consecutive rows with consecutive inputs, at least 1
 * @param height output rows of an image, at least 1
 * @param width output pixels of a row, at least 1
 * @param xRow from the inputs of a row of outputs to those of the next
 * @param xStep from the inputs of an output pixel to those of the next
 * @param xImage from an image to the next in the input
 * @param dyRow from a row of output gradients to the next
 * @param dyStep from an output pixel's gradients to the next's
 * @param dyImage from an image to the next in the output gradients
 * @param blank pixels between a row and the next whose output gradients are known to be 0, so that
 *     a kernel may go on through them, {@code xRow} and {@code dyRow} being {@code width + blank}
 *     steps; otherwise 0
 * @param vectors vectors of output channels in a panel: 1 or 2
 */
public record FilterGradSpec(
    int runLength,
    int height,
    int width,
    int xRow,
    int xStep,
    int xImage,
    int dyRow,
    int dyStep,
    int dyImage,
    int blank,
    int vectors) {

  /** Checks the constants' ranges. */
  public FilterGradSpec {
    boolean strides =
        xRow >= 0 && xStep >= 0 && xImage >= 0 && dyRow >= 0 && dyStep >= 0 && dyImage >= 0;
    boolean counts = runLength >= 1 && height >= 1 && width >= 1 && vectors >= 1 && vectors <= 2;
    int pitch = width + blank;
    boolean filling = xRow == pitch * xStep && dyRow == pitch * dyStep;
    boolean blanks = blank == 0 || (blank > 0 && filling);
    if (!counts || !strides || !blanks) {
      throw new JacquardException(
          String.format(
              "filter gradient kernel: expected run length, height and width >= 1, strides"
                  + " >= 0, 1 or 2 vectors and blank pixels that fill up a row; received run"
                  + " length %d, height %d, width %d, x strides %d/%d/%d, dy strides %d/%d/%d,"
                  + " blank %d, vectors %d",
              runLength, height, width, xRow, xStep, xImage, dyRow, dyStep, dyImage, blank,
              vectors));
    }
  }
}
