package dev.jacquard.benchmarks.jmh;

/**
 * The matrix products of the reference network: 3x3 convolutions with padding "same" over
 * zero-bordered images, and dense layers as images of one pixel. Those into the gradient of a
 * layer's input are convolutions too, with the channels exchanged.
 */
public enum Product {
  /** The first convolution. */
  CONV1(28, 1, 32),
  /** The second convolution. */
  CONV2(14, 32, 64),
  /** The third convolution. */
  CONV3(7, 64, 128),
  /** The first dense layer. */
  DENSE1(1, 2048, 128),
  /** The gradient of the second convolution's input. */
  CONV2_DATA(14, 64, 32),
  /** The gradient of the third convolution's input. */
  CONV3_DATA(7, 128, 64),
  /** The gradient of the first dense layer's input. */
  DENSE1_DATA(1, 128, 2048);

  /** Images of a kernel's call where each is one pixel. */
  private static final int SAMPLES = 64;

  private final int side;
  private final int from;
  private final int to;

  Product(int side, int from, int to) {
    this.side = side;
    this.from = from;
    this.to = to;
  }

  /** Height and width of an image. */
  int side() {
    return side;
  }

  /** Input channels. */
  int from() {
    return from;
  }

  /** Output channels. */
  int to() {
    return to;
  }

  boolean dense() {
    return side == 1;
  }

  /** Height and width of the kernel. */
  int kernel() {
    return dense() ? 1 : 3;
  }

  /** Terms of a sum: {@code [kh, kw, from]}. */
  int terms() {
    return kernel() * kernel() * from;
  }

  /** Vectors of a panel of output channels. */
  int vectors(int lanes) {
    return to / lanes % 2 == 0 ? 2 : 1;
  }

  /** The fewest images whose pixels fill whole tiles. */
  int images(int tileRows) {
    int images = dense() ? SAMPLES : 1;
    while (images * side * side % tileRows != 0) {
      images++;
    }
    return images;
  }

  /**
   * An image of {@code channels} channels, with the border that the kernel needs. What is right of
   * a row is left of the next one.
   */
  Grid bordered(int channels) {
    int border = kernel() / 2;
    int row = (side + border) * channels;
    return new Grid(channels, row, apart((side + 2 * border) * row + border * channels));
  }

  /** An image of {@code channels} channels without a border. */
  Grid plain(int channels) {
    return new Grid(channels, side * channels, apart(side * side * channels));
  }

  /** Images a multiple of 4 KiB apart would share few cache sets. */
  private static int apart(int floats) {
    return floats % 1024 == 0 ? floats + 16 : floats;
  }

  /**
   * How images lie in an array; steps in floats.
   *
   * @param pixel from a pixel to the next
   * @param row from a row to the next
   * @param image from an image to the next
   */
  record Grid(int pixel, int row, int image) {
    /** For each pixel of {@code images} images of {@code side x side}, where it begins. */
    int[] offsets(int images, int side) {
      int[] offsets = new int[images * side * side];
      for (int i = 0; i < offsets.length; i++) {
        int inImage = i % (side * side);
        offsets[i] = i / (side * side) * image + inImage / side * row + inImage % side * pixel;
      }
      return offsets;
    }
  }
}
