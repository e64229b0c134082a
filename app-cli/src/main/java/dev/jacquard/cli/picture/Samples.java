package dev.jacquard.cli.picture;

import dev.jacquard.error.JacquardException;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * Takes the samples out of an image as the file has them. {@link BufferedImage#getRGB} would
 * convert grey as if it were linear light, and has 8 bits only.
 */
final class Samples {
  private static final int MAX_BITS = 16;

  private final Raster raster;
  private final int width;
  private final int height;

  private Samples(BufferedImage image) {
    raster = image.getRaster();
    width = image.getWidth();
    height = image.getHeight();
  }

  /**
   * The pixels of an image.
   *
   * @param name of the file, for messages
   * @throws JacquardException if it is neither grey nor RGB, or has components of an odd size
   */
  static Pixels of(String name, BufferedImage image) {
    Samples samples = new Samples(image);
    ColorModel model = image.getColorModel();
    if (model instanceof IndexColorModel palette) {
      return samples.looked(palette);
    }
    int colours = model.getNumColorComponents();
    if (colours != 1 && colours != 3) {
      throw new JacquardException(
          name
              + ": expected a picture in grey or RGB, received one of "
              + colours
              + " colour components; save it in RGB");
    }
    requireUsual(name, model);
    return samples.scaled(model, colours);
  }

  /** A BMP file says which bits of a pixel belong to a component, and may say none or all. */
  private static void requireUsual(String name, ColorModel model) {
    for (int size : model.getComponentSize()) {
      if (size < 1 || size > MAX_BITS) {
        throw new JacquardException(
            name
                + ": expected a picture of 1 to "
                + MAX_BITS
                + " bits a component, received one of "
                + size
                + "; save it anew as PNG");
      }
    }
  }

  /** Each sample's full range becomes 0 to 255. */
  private Pixels scaled(ColorModel model, int colours) {
    int bands = raster.getNumBands();
    float[][] planes = new float[bands][width * height];
    int[] row = new int[width * bands];
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int b = 0; b < bands; b++) {
        float most = (1 << model.getComponentSize(b)) - 1;
        float[] plane = planes[b];
        for (int x = 0; x < width; x++) {
          plane[y * width + x] = row[x * bands + b] * 255f / most;
        }
      }
    }
    float[] alpha = model.hasAlpha() ? planes[bands - 1] : null;
    return pixels(Arrays.copyOf(planes, colours), alpha);
  }

  /** Colours out of a palette. */
  private Pixels looked(IndexColorModel palette) {
    int size = palette.getMapSize();
    byte[][] table = new byte[4][size];
    palette.getReds(table[0]);
    palette.getGreens(table[1]);
    palette.getBlues(table[2]);
    palette.getAlphas(table[3]);
    float[][] planes = new float[4][width * height];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int b = 0; b < 4; b++) {
        for (int x = 0; x < width; x++) {
          // A damaged file may point beyond the palette's end.
          planes[b][y * width + x] = table[b][Math.min(row[x], size - 1)] & 0xFF;
        }
      }
    }
    float[][] colours = Arrays.copyOf(planes, isGrey(table) ? 1 : 3);
    return pixels(colours, palette.hasAlpha() ? planes[3] : null);
  }

  private static boolean isGrey(byte[][] table) {
    return Arrays.equals(table[0], table[1]) && Arrays.equals(table[1], table[2]);
  }

  /** With an alpha of 0 to 1, if one is anywhere below that. */
  private Pixels pixels(float[][] colours, float[] alpha) {
    boolean opaque = true;
    for (int i = 0; alpha != null && i < alpha.length; i++) {
      alpha[i] /= 255;
      opaque &= alpha[i] == 1;
    }
    return new Pixels(width, height, colours, opaque ? null : alpha);
  }
}
