package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.GemmSpec;

/**
 * The rows of a matrix product, as tables of where each row's input and output lie, for a group of
 * images. A group has as many images as make its rows fill whole tiles, or nearly, or as many as
 * have like pixels in a tile; the tables serve every group, from another base.
 */
final class Tiles {
  /** A group whose last tile is filled less than this is too small. */
  private static final double WASTE = 1.01;

  /** Where an image is one pixel, samples follow each other regularly: in groups of any length. */
  private static final int SAMPLES = 14;

  private final int images;
  private final boolean alike;
  private final int rowsPerImage;
  private final int tileRows;
  private final int[] in;
  private final int[] out;

  private Tiles(int images, boolean alike, int rowsPerImage, int tileRows) {
    this.images = images;
    this.alike = alike;
    this.rowsPerImage = rowsPerImage;
    this.tileRows = tileRows;
    this.in = new int[roundUp(images * rowsPerImage, tileRows)];
    this.out = new int[in.length];
  }

  /** Where pixel [h, w] of an image lies. */
  record Steps(int row, int pixel, int image) {
    int of(int n, int h, int w) {
      return n * image + h * row + w * pixel;
    }
  }

  /**
   * The pixels that are a product's rows.
   *
   * @param in where a row's input begins
   * @param out where its output does
   * @param alike images whose like pixels follow each other; 1 for an image's own pixels
   */
  record Pixels(int height, int width, Steps in, Steps out, int alike) {
    /** The product's constants: these rows are regular. */
    GemmSpec spec(int runs, int runLength, int runStride, int vectors) {
      int stride = runs == 1 ? 0 : runStride;
      if (alike > 1 || height * width == 1) {
        int group = alike > 1 ? alike : SAMPLES;
        return new GemmSpec(runs, runLength, stride, vectors, group, in.image(), out.image());
      }
      return new GemmSpec(runs, runLength, stride, vectors, width, in.pixel(), out.pixel());
    }

    /** The rows of a group of images, in tiles of {@code tileRows}. */
    Tiles tiles(int tileRows) {
      return alike > 1 ? Tiles.alike(this, tileRows) : Tiles.of(this, tileRows);
    }
  }

  /** The rows [n, h, w] of a group; the smallest group that wastes little. */
  private static Tiles of(Pixels pixels, int tileRows) {
    int perImage = pixels.height * pixels.width;
    int images = 1;
    for (int n = 1; n <= tileRows && waste(images, perImage, tileRows) > WASTE; n++) {
      if (waste(n, perImage, tileRows) < waste(images, perImage, tileRows)) {
        images = n;
      }
    }
    int rows = images * perImage;
    int width = pixels.width;
    Tiles tiles = new Tiles(images, false, perImage, tileRows);
    for (int i = 0; i < tiles.in.length; i++) {
      // Rows that fill up the last tile compute the last image row again, as regular as the others.
      int row = i < rows ? i : rows - width + (i - rows) % width;
      tiles.set(i, pixels, row / perImage, row % perImage / width, row % width);
    }
    return tiles;
  }

  /** The rows [h, w, n] of a group. */
  private static Tiles alike(Pixels pixels, int tileRows) {
    int images = pixels.alike;
    int width = pixels.width;
    Tiles tiles = new Tiles(images, true, pixels.height * width, tileRows);
    for (int i = 0; i < tiles.in.length; i++) {
      tiles.set(i, pixels, i % images, i / images / width, i / images % width);
    }
    return tiles;
  }

  private void set(int row, Pixels pixels, int n, int h, int w) {
    in[row] = pixels.in.of(n, h, w);
    out[row] = pixels.out.of(n, h, w);
  }

  private static double waste(int images, int perImage, int tileRows) {
    int rows = images * perImage;
    return (double) roundUp(rows, tileRows) / rows;
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
   * The tiles that the rows of {@code count} images take. With fewer images than a group has,
   * surplus rows are the next images': buffers have room for whole groups, and nobody reads what is
   * computed there.
   */
  int tiles(int count) {
    int rows = (alike ? images : count) * rowsPerImage;
    return (rows + tileRows - 1) / tileRows;
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
