package dev.jacquard.cli.picture;

import dev.jacquard.data.DataSet;
import dev.jacquard.tensor.Shape;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * An image: bytes {@code [H, W, 1]}, 0 black to 255 white, or {@code [H, W, 3]} of red, green and
 * blue. Immutable.
 */
public final class Picture {
  /** From dark to bright, as bright text on a dark ground shows them. */
  private static final String SHADES = " ░▒▓█";

  private final Shape shape;
  private final byte[] bytes;

  private Picture(Shape shape, byte[] bytes) {
    this.shape = shape;
    this.bytes = bytes;
  }

  /**
   * An image.
   *
   * @param shape {@code [H, W, 1]} or {@code [H, W, 3]}
   * @param bytes as many, row-major; they are not copied
   */
  public static Picture of(Shape shape, byte[] bytes) {
    boolean has = shape.rank() == 3 && (shape.channels() == 1 || shape.channels() == 3);
    if (!has || shape.elements() != bytes.length) {
      throw new IllegalArgumentException(bytes.length + " bytes of shape " + shape);
    }
    return new Picture(shape, bytes);
  }

  /** The image of item {@code index} of a set of bytes with samples of such a shape. */
  public static Picture of(DataSet set, int index) {
    int size = set.sample().elements();
    return of(set.sample(), Arrays.copyOfRange(set.bytes(), index * size, (index + 1) * size));
  }

  /** Its extents, {@code [H, W, C]}. */
  public Shape shape() {
    return shape;
  }

  /** A copy of the bytes, row-major. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** This image in black and white: white where a value, scaled to [0, 1], is above 0.5. */
  public Picture binary() {
    byte[] two = new byte[bytes.length];
    for (int i = 0; i < two.length; i++) {
      two[i] = (byte) (value(i) > 127.5 ? 255 : 0);
    }
    return new Picture(shape, two);
  }

  private int value(int element) {
    return bytes[element] & 0xFF;
  }

  /** The least and the greatest value, scaled to [0, 1]. */
  public String range() {
    int least = 255;
    int greatest = 0;
    for (int i = 0; i < bytes.length; i++) {
      least = Math.min(least, value(i));
      greatest = Math.max(greatest, value(i));
    }
    return String.format(Locale.ROOT, "%.4f to %.4f", least / 255.0, greatest / 255.0);
  }

  /** For the terminal: a row of shaded blocks for each row of pixels, two wide as they are high. */
  public List<String> lines() {
    float[] luma = pixels().luma();
    int width = shape.dim(1);
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < luma.length; from += width) {
      StringBuilder line = new StringBuilder();
      for (int i = from; i < from + width; i++) {
        int shade = Math.round(luma[i]) * SHADES.length() / 256;
        line.append(SHADES.charAt(shade)).append(SHADES.charAt(shade));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private Pixels pixels() {
    int channels = shape.channels();
    float[][] planes = new float[channels][bytes.length / channels];
    for (int i = 0; i < bytes.length; i++) {
      planes[i % channels][i / channels] = value(i);
    }
    return new Pixels(shape.dim(1), shape.dim(0), planes, null);
  }

  /** It as a PNG file's bytes. */
  public byte[] png() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writePng(out, 1);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toByteArray();
  }

  /**
   * Writes it as PNG.
   *
   * @param scale how many pixels wide and high each pixel becomes
   */
  public void writePng(OutputStream out, int scale) throws IOException {
    int height = shape.dim(0);
    int width = shape.dim(1);
    int channels = shape.channels();
    BufferedImage image =
        new BufferedImage(
            width * scale,
            height * scale,
            channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    WritableRaster raster = image.getRaster();
    for (int y = 0; y < height * scale; y++) {
      for (int x = 0; x < width * scale; x++) {
        for (int c = 0; c < channels; c++) {
          // The raster, because setRGB would convert as if the bytes were linear light.
          raster.setSample(x, y, c, value((y / scale * width + x / scale) * channels + c));
        }
      }
    }
    // In memory; ImageIO itself would make a temporary file.
    try (ImageOutputStream memory = new MemoryCacheImageOutputStream(out)) {
      ImageIO.write(image, "png", memory);
    }
  }
}
