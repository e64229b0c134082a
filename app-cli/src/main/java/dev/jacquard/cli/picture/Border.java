package dev.jacquard.cli.picture;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The outermost pixels of a picture, which show its ground more than what it is of.
 *
 * @param ground the median of each channel
 * @param plain the share of pixels that are near the ground
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Border(float[] ground, double plain) {
  /** A twentieth of the range: what Fashion-MNIST's makers took for ground. */
  static final float NEAR = 255 / 20f;

  static Border of(Pixels pixels) {
    int[] places = places(pixels.width(), pixels.height());
    float[] ground = new float[pixels.channels()];
    for (int c = 0; c < ground.length; c++) {
      ground[c] = median(pixels.plane(c), places);
    }
    long near = Arrays.stream(places).filter(at -> isNear(pixels, at, ground)).count();
    return new Border(ground, (double) near / places.length);
  }

  /** That of the picture with light and dark exchanged. */
  Border negative() {
    float[] negative = new float[ground.length];
    for (int c = 0; c < negative.length; c++) {
      negative[c] = 255 - ground[c];
    }
    return new Border(negative, plain);
  }

  /** Whether all of its picture looks like its ground. */
  boolean isAll(Pixels pixels) {
    return IntStream.range(0, pixels.width() * pixels.height())
        .allMatch(at -> isNear(pixels, at, ground));
  }

  /** The indices of the outermost pixels, each once. */
  static int[] places(int width, int height) {
    int[] places = new int[width * height - Math.max(0, width - 2) * Math.max(0, height - 2)];
    int count = 0;
    for (int y = 0; y < height; y++) {
      int step = y == 0 || y == height - 1 || width == 1 ? 1 : width - 1;
      for (int x = 0; x < width; x += step) {
        places[count++] = y * width + x;
      }
    }
    return places;
  }

  static float median(float[] plane, int[] places) {
    float[] values = new float[places.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = plane[places[i]];
    }
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  /** Whether a pixel looks like the ground in every channel. */
  static boolean isNear(Pixels pixels, int at, float[] ground) {
    for (int c = 0; c < ground.length; c++) {
      if (Math.abs(pixels.plane(c)[at] - ground[c]) > NEAR) {
        return false;
      }
    }
    return true;
  }
}
