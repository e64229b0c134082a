package dev.jacquard.cli.picture;

import java.util.Arrays;

/**
 * A decoded picture: planes {@code [height, width]} of floats from 0 to 255, one if it is grey,
 * else red, green and blue, as encoded (not linear light). The planes are not copied.
 */
final class Pixels {
  /** Rec. 601: the weights of red, green and blue in luma, which is what the eye takes for grey. */
  private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

  private final int width;
  private final int height;
  private final float[][] planes;
  private final float[] alpha;

  /** With {@code alpha} from 0 (transparent) to 1; null if every pixel is opaque. */
  Pixels(int width, int height, float[][] planes, float[] alpha) {
    this.width = width;
    this.height = height;
    this.planes = planes;
    this.alpha = alpha;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int channels() {
    return planes.length;
  }

  /** Whether every colour is a grey. */
  boolean isGrey() {
    return planes.length == 1
        || (Arrays.equals(planes[0], planes[1]) && Arrays.equals(planes[1], planes[2]));
  }

  float[] plane(int channel) {
    return planes[channel];
  }

  /** How opaque each pixel is; null if all are. */
  float[] alpha() {
    return alpha;
  }

  /** The same in one plane of grey, without what alpha there was. */
  Pixels grey() {
    return planes.length == 1 ? this : new Pixels(width, height, new float[][] {luma()}, null);
  }

  /** How bright each pixel is. */
  float[] luma() {
    if (planes.length == 1) {
      return planes[0];
    }
    float[] luma = new float[width * height];
    for (int i = 0; i < luma.length; i++) {
      luma[i] = LUMA[0] * planes[0][i] + LUMA[1] * planes[1][i] + LUMA[2] * planes[2][i];
    }
    return luma;
  }

  /** The same in three planes, without what alpha there was. */
  Pixels colours() {
    float[][] three = planes.length == 3 ? planes : new float[][] {planes[0], planes[0], planes[0]};
    return new Pixels(width, height, three, null);
  }

  /** The same with light and dark exchanged. */
  Pixels negative() {
    float[][] negative = new float[planes.length][width * height];
    for (int c = 0; c < planes.length; c++) {
      for (int i = 0; i < negative[c].length; i++) {
        negative[c][i] = 255 - planes[c][i];
      }
    }
    return new Pixels(width, height, negative, alpha);
  }

  /** The same the right way up, from EXIF's orientation, 1 to 8. */
  Pixels upright(int orientation) {
    if (orientation == Exif.UPRIGHT) {
      return this;
    }
    boolean lying = orientation >= 5;
    float[][] turned = new float[planes.length][];
    for (int c = 0; c < turned.length; c++) {
      turned[c] = upright(planes[c], orientation);
    }
    return new Pixels(
        lying ? height : width,
        lying ? width : height,
        turned,
        alpha == null ? null : upright(alpha, orientation));
  }

  private float[] upright(float[] plane, int orientation) {
    float[] turned = new float[plane.length];
    int columns = orientation >= 5 ? height : width;
    for (int i = 0; i < turned.length; i++) {
      turned[i] = plane[source(i % columns, i / columns, orientation)];
    }
    return turned;
  }

  /** Where the pixel is stored that is to be seen in this column and row. */
  private int source(int column, int row, int orientation) {
    int x = orientation >= 5 ? row : column;
    int y = orientation >= 5 ? column : row;
    boolean flipX = orientation == 2 || orientation == 3 || orientation >= 7;
    boolean flipY = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    return (flipY ? height - 1 - y : y) * width + (flipX ? width - 1 - x : x);
  }
}
