package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.GemmSpec;

/**
 * The rows of a matrix product, as tables of where each row's input and output lie, for a group of
 * images. A group has as many images as make its rows fill whole tiles, or nearly; the tables serve
 * every group, from another base.
 */
final class Tiles {
  /** A group whose last tile is filled less than this is too small. */
  private static final double WASTE = 1.01;

  /** Where an image is one pixel, samples follow each other regularly: in groups of any length. */
  private static final int SAMPLES = 14;

  private final int images;
  private final int rowsPerImage;
  private final int tileRows;
  private final int[] in;
  private final int[] out;

  private Tiles(int images, int rowsPerImage, int tileRows, int[] in, int[] out) {
    this.images = images;
    this.rowsPerImage = rowsPerImage;
    this.tileRows = tileRows;
    this.in = in;
    this.out = out;
  }

  /** Where pixel [h, w] of an image lies. */
  record Steps(int row, int pixel, int image) {
    int of(int n, int h, int w) {
      return n * image + h * row + w * pixel;
    }
  }

  /** The rows [n, h, w] of a group; the smallest group that wastes little. */
  static Tiles of(int height, int width, Steps in, Steps out, int tileRows) {
    int perImage = height * width;
    int images = 1;
    for (int n = 1; n <= tileRows && waste(images, perImage, tileRows) > WASTE; n++) {
      if (waste(n, perImage, tileRows) < waste(images, perImage, tileRows)) {
        images = n;
      }
    }
    int rows = images * perImage;
    int[] inOff = new int[roundUp(rows, tileRows)];
    int[] outOff = new int[inOff.length];
    for (int i = 0; i < inOff.length; i++) {
      // Rows that fill up the last tile compute the last image row again, as regular as the others.
      int row = i < rows ? i : rows - width + (i - rows) % width;
      int n = row / perImage;
      int h = row % perImage / width;
      int w = row % width;
      inOff[i] = in.of(n, h, w);
      outOff[i] = out.of(n, h, w);
    }
    return new Tiles(images, perImage, tileRows, inOff, outOff);
  }

  private static double waste(int images, int perImage, int tileRows) {
    int rows = images * perImage;
    return (double) roundUp(rows, tileRows) / rows;
  }

  /** How regular the rows are, as {@link GemmSpec} wants to know. */
  static GemmSpec spec(
      int runs,
      int runLength,
      int runStride,
      int vectors,
      int pixels,
      int width,
      Steps in,
      Steps out) {
    int stride = runs == 1 ? 0 : runStride;
    return pixels == 1
        ? new GemmSpec(runs, runLength, stride, vectors, SAMPLES, in.image(), out.image())
        : new GemmSpec(runs, runLength, stride, vectors, width, in.pixel(), out.pixel());
  }

  static int roundUp(int count, int multiple) {
    return (count + multiple - 1) / multiple * multiple;
  }

  /** Images of a group. */
  int images() {
    return images;
  }

  /** Rows that an image has. */
  int rowsPerImage() {
    return rowsPerImage;
  }

  /** How many groups {@code n} images make; the last may be smaller. */
  int groups(int n) {
    return (n + images - 1) / images;
  }

  /** How many images group {@code group} of {@code n} images has. */
  int images(int group, int n) {
    return Math.min(images, n - group * images);
  }

  /**
   * The tiles that the rows of {@code count} images take. With fewer images than a group has, the
   * last tile's surplus rows are the next image's: buffers have room for whole groups, and nobody
   * reads what is computed there.
   */
  int tiles(int count) {
    return (count * rowsPerImage + tileRows - 1) / tileRows;
  }

  /** Executed operations over a batch, for sums of {@code terms} and so many channels. */
  long flops(int batch, int terms, int channels) {
    long rows = 0;
    for (int group = 0; group < groups(batch); group++) {
      rows += (long) tiles(images(group, batch)) * tileRows;
    }
    return 2 * rows * terms * channels;
  }

  int[] in() {
    return in;
  }

  int[] out() {
    return out;
  }
}
