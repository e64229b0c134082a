package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.kernel.WinogradSpec;

/**
 * An image's outputs in tiles, for Winograd's convolution. A group of images makes the rows of the
 * matrix products, of which there is one for each position in a tile.
 *
 * @param output height and width of a tile's outputs
 * @param height rows of outputs
 * @param width pixels of a row
 */
record WinogradTiling(int output, int height, int width) {
  /** Rows from which on a product's start and end weigh little, and its weights are reused. */
  private static final int ROWS = 32;

  /** A group whose last register tile is filled less than this is too small. */
  private static final double WASTE = 1.07;

  /** Floats that a group may take when it is transformed: larger ones would miss the caches. */
  private static final int LARGE = 512 * 1024;

  /** Floats of a cache line; see {@link #spaced}. */
  private static final int LINE = 16;

  /** The algorithm, for reports. */
  String name() {
    return "winograd F(" + output + "x" + output + ",3x3)";
  }

  int positions() {
    return (output + 2) * (output + 2);
  }

  private int high() {
    return (height + output - 1) / output;
  }

  private int wide() {
    return (width + output - 1) / output;
  }

  /** Tiles of an image. */
  int tiles() {
    return high() * wide();
  }

  /** Images of a group: few, so that they stay in a core's cache, but enough rows. */
  int images(Kernels kernels) {
    int images = Math.max(1, ROWS / tiles());
    while (kernels.wholeTiles(images * tiles()) > WASTE * images * tiles()) {
      images++;
    }
    return images;
  }

  /** Rows of a group, in whole register tiles. */
  int rows(Kernels kernels) {
    return kernels.wholeTiles(images(kernels) * tiles());
  }

  /** The border, as of {@link Layout}, around an image whose first tile begins so far outside. */
  int[] border(int top, int left, int imageHeight, int imageWidth, int beyond) {
    return new int[] {
      top,
      Math.max(0, high() * output + beyond - top - imageHeight),
      left,
      Math.max(0, wide() * output + beyond - left - imageWidth)
    };
  }

  /** The constants of the transformations of {@code channels} channels of an image. */
  WinogradSpec spec(Layout layout, int channels) {
    return new WinogradSpec(
        output, height, width, channels, layout.row(), layout.physical(), channels);
  }

  /**
   * At least {@code floats}, as an odd number of cache lines: what is written to all positions at
   * once then falls on different sets of the cache.
   */
  static int spaced(int floats) {
    int lines = (floats + LINE - 1) / LINE;
    return (lines + 1 - lines % 2) * LINE;
  }

  /**
   * How many multiplications a tile's transformations weigh as much as, for each channel; measured
   * with 16 lanes.
   */
  private double transformation() {
    return output == 4 ? 360 : 190;
  }

  /**
   * Whether this costs less than a direct convolution of {@code in} channels to {@code out}, or
   * either of its gradients.
   */
  boolean pays(int in, int out) {
    double products = (double) positions() * in * out;
    double transformations = transformation() * in + 0.7 * transformation() * out;
    double direct = 9.0 * height * width * in * out;
    if ((double) positions() * Math.max(tiles(), ROWS) * Math.max(in, out) > LARGE) {
      return false;
    }
    return 1.1 * tiles() * (products + transformations) < direct;
  }
}
