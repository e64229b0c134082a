package dev.jacquard.cli.chart;

import dev.jacquard.cli.picture.Picture;
import dev.jacquard.data.DataSet;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import java.util.Base64;
import java.util.Optional;

/**
 * A sample of a data set as a picture within a drawing.
 *
 * @param width in pixels of its own
 * @param height in pixels of its own
 * @param uri holds all of it, as PNG
 */
public record SampleImage(int width, int height, String uri) {
  /** Larger samples are shown by every n-th pixel: a page holds many. */
  private static final int MOST_PIXELS = 128;

  /**
   * The picture of a sample: bytes from 0 to 255 or floats from 0 to 1, grey {@code [H, W, 1]} or
   * red, green and blue {@code [H, W, 3]}.
   *
   * @return empty if samples of this shape are no pictures
   */
  public static Optional<SampleImage> of(DataSet set, int index) {
    Shape shape = set.sample();
    if (shape.rank() != 3 || (shape.channels() != 1 && shape.channels() != 3)) {
      return Optional.empty();
    }
    int stride = (Math.max(shape.dim(0), shape.dim(1)) + MOST_PIXELS - 1) / MOST_PIXELS;
    int height = (shape.dim(0) + stride - 1) / stride;
    int width = (shape.dim(1) + stride - 1) / stride;
    int channels = shape.channels();
    byte[] bytes = new byte[height * width * channels];
    for (int i = 0; i < bytes.length; i++) {
      int y = i / channels / width * stride;
      int x = i / channels % width * stride;
      int element = (y * shape.dim(1) + x) * channels + i % channels;
      bytes[i] = level(set, index * shape.elements() + element);
    }
    Picture picture = Picture.of(Shape.of(height, width, channels), bytes);
    return Optional.of(new SampleImage(width, height, uri(picture)));
  }

  private static byte level(DataSet set, int element) {
    if (set.dtype() == DType.U8) {
      return set.bytes()[element];
    }
    return (byte) Math.max(0, Math.min(255, Math.round(set.floats()[element] * 255)));
  }

  private static String uri(Picture picture) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(picture.png());
  }

  /** Draws it as large as fits a square, in the middle. */
  void draw(Svg svg, double left, double top, double side) {
    double scale = side / Math.max(width, height);
    double w = width * scale;
    double h = height * scale;
    svg.image(left + (side - w) / 2, top + (side - h) / 2, w, h, uri);
  }
}
