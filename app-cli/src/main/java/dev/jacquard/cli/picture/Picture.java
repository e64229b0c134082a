package dev.jacquard.cli.picture;

import dev.jacquard.checkpoint.AtomicFile;
import dev.jacquard.data.DataSet;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/** A grey image: rows of bytes, 0 black to 255 white. Immutable. */
public final class Picture {
  /** From dark to bright, as bright text on a dark ground shows them. */
  private static final String SHADES = " ░▒▓█";

  private static final int SCALE = 10;

  private final int width;
  private final byte[] pixels;

  private Picture(int width, byte[] pixels) {
    this.width = width;
    this.pixels = pixels;
  }

  /** The image of item {@code index} of a set of bytes with samples {@code [H, W, 1]}. */
  public static Picture of(DataSet set, int index) {
    int size = set.sample().elements();
    return new Picture(
        set.sample().dim(1), Arrays.copyOfRange(set.bytes(), index * size, (index + 1) * size));
  }

  /** This image in black and white: white where a value, scaled to [0, 1], is above 0.5. */
  public Picture binary() {
    byte[] two = new byte[pixels.length];
    for (int i = 0; i < two.length; i++) {
      two[i] = (byte) (value(i) > 127.5 ? 255 : 0);
    }
    return new Picture(width, two);
  }

  private int value(int pixel) {
    return pixels[pixel] & 0xFF;
  }

  /** The least and the greatest value, scaled to [0, 1]. */
  public String range() {
    int least = 255;
    int greatest = 0;
    for (int i = 0; i < pixels.length; i++) {
      least = Math.min(least, value(i));
      greatest = Math.max(greatest, value(i));
    }
    return String.format(Locale.ROOT, "%.4f to %.4f", least / 255.0, greatest / 255.0);
  }

  /** For the terminal: a row of shaded blocks for each row of pixels, two wide as they are high. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < pixels.length; from += width) {
      StringBuilder line = new StringBuilder();
      for (int i = from; i < from + width; i++) {
        String shade = String.valueOf(SHADES.charAt(value(i) * SHADES.length() / 256));
        line.append(shade).append(shade);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /**
   * Writes it as a PNG file, each pixel a square of 10x10.
   *
   * @throws dev.jacquard.error.JacquardException if the file cannot be written
   */
  public void writePng(Path file) {
    int height = pixels.length / width;
    BufferedImage image =
        new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < height * SCALE; y++) {
      for (int x = 0; x < width * SCALE; x++) {
        // The raster, because setRGB would convert as if the bytes were linear light.
        image.getRaster().setSample(x, y, 0, value(y / SCALE * width + x / SCALE));
      }
    }
    ImageIO.setUseCache(false);
    AtomicFile.write(file, out -> ImageIO.write(image, "png", out));
  }
}
