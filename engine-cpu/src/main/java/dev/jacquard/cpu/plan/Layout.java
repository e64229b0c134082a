package dev.jacquard.cpu.plan;

import dev.jacquard.tensor.Shape;

/**
 * How a batch of images lies in a float array: {@code [N, top + H + bottom, W + max(left, right),
 * physical channels]}, the border zero. Physical channels are the channels rounded up to whole
 * vectors; those beyond are zero. The border is what convolutions that read the array reach beyond
 * the image, so that they need no special case at its edge. What is right of a row is also what is
 * left of the next one.
 *
 * <p>A flattened image is one pixel with many channels. Its memory is the image's own: channel
 * {@code k} of it is channel {@code k % group} of pixel {@code k / group}, whose channels take
 * {@code physicalGroup} floats.
 */
record Layout(
    int height,
    int width,
    int channels,
    int group,
    int physicalGroup,
    int top,
    int bottom,
    int left,
    int right,
    int imagePadding) {

  /**
   * Caches are indexed by address bits: images a multiple of this many floats apart would share few
   * cache sets.
   */
  private static final int ALIASING = 1024;

  /** Without a border. {@code lanes} 1 leaves the channels as they are. */
  static Layout of(Shape shape, int lanes) {
    return bordered(shape, lanes, 0, 0, 0, 0);
  }

  static Layout bordered(Shape shape, int lanes, int top, int bottom, int left, int right) {
    int channels = shape.channels();
    int physical = (channels + lanes - 1) / lanes * lanes;
    int height = shape.rank() == 3 ? shape.dim(0) : 1;
    int width = shape.rank() == 3 ? shape.dim(1) : 1;
    int rows = Math.addExact(Math.addExact(top, height), bottom);
    int columns = Math.addExact(width, Math.max(left, right));
    int pixels = Math.addExact(Math.multiplyExact(rows, columns), Math.min(left, right));
    int floats = Math.multiplyExact(pixels, physical);
    int padding = floats % ALIASING == 0 ? Math.max(lanes, 16) : 0;
    return new Layout(
        height, width, channels, channels, physical, top, bottom, left, right, padding);
  }

  /** The same memory as one pixel a sample. Only without a border. */
  Layout flattened() {
    return new Layout(
        1, 1, height * width * channels, group, physicalGroup, 0, 0, 0, 0, imagePadding);
  }

  boolean isBordered() {
    return top + bottom + left + right > 0;
  }

  /** Floats that a pixel takes. */
  int physical() {
    return channels / group * physicalGroup;
  }

  /** Floats from a row to the next. */
  int row() {
    return (width + Math.max(left, right)) * physical();
  }

  /** Floats from an image to the next. */
  int image() {
    return (top + height + bottom) * row() + Math.min(left, right) * physical() + imagePadding;
  }

  /** Where the first image's first pixel begins in the batch's array. */
  int origin() {
    return Arena.START + top * row() + left * physical();
  }

  /** Pixels of an image, without the border. */
  int pixels() {
    return height * width;
  }

  /** The float of a pixel where its logical channel {@code k} lies. */
  int physical(int k) {
    return k / group * physicalGroup + k % group;
  }

  /** Where logical element {@code e}, row-major {@code [H, W, C]}, of the first image lies. */
  int offset(int e) {
    int pixel = e / channels;
    return origin() + pixel / width * row() + pixel % width * physical() + physical(e % channels);
  }
}
