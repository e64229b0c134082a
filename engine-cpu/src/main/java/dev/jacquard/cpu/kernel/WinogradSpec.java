package dev.jacquard.cpu.kernel;

import dev.jacquard.error.JacquardException;

/**
 * The constants of a {@link WinogradKernel}: one kernel is compiled for each distinct value. All
 * strides are in floats.
 *
 * @param output height and width of a tile's outputs: 2 or 4
 * @param height rows of an image's outputs, at least 1
 * @param width pixels of a row of outputs, at least 1
 * @param channels how many to treat of each pixel, a multiple of the lanes
 * @param row from a row of the image to the next
 * @param pixel from a pixel to the next, at least {@code channels}
 * @param packed from a tile to the next in a transformed image, at least {@code channels}
 */
public record WinogradSpec(
    int output, int height, int width, int channels, int row, int pixel, int packed) {

  /** Checks the constants' ranges. */
  public WinogradSpec {
    boolean extent = height >= 1 && width >= 1 && channels >= 1;
    if ((output != 2 && output != 4) || !extent || pixel < channels || packed < channels) {
      throw new JacquardException(
          String.format(
              "Winograd kernel: expected tiles of 2 or 4, height, width and channels >= 1 and"
                  + " strides of at least the channels; received tiles of %d, %dx%d, channels %d,"
                  + " row %d, pixel %d, packed %d",
              output, height, width, channels, row, pixel, packed));
    }
  }

  /** Height and width of a tile's inputs. */
  public int input() {
    return output + 2;
  }

  /** Rows of tiles that cover the outputs. */
  public int tilesHigh() {
    return (height + output - 1) / output;
  }

  /** Tiles of a row. */
  public int tilesWide() {
    return (width + output - 1) / output;
  }

  /** The same geometry, with other channels. */
  public WinogradSpec with(int someChannels, int somePacked) {
    return new WinogradSpec(output, height, width, someChannels, row, pixel, somePacked);
  }
}
