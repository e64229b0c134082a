package dev.jacquard.benchmarks.measure;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** One split of Fashion-MNIST in host memory, as bytes, for engines that know nothing of it. */
public final class Pictures {
  /** Height and width of an image. */
  public static final int SIDE = 28;

  private static final int ELEMENTS = SIDE * SIDE;
  private static final int IMAGE_HEADER = 16;
  private static final int LABEL_HEADER = 8;

  private final byte[] pixels;
  private final byte[] labels;

  /** {@code pixels} is [N, 28, 28], {@code labels} are 0 to 9. */
  private Pictures(byte[] pixels, byte[] labels) {
    this.pixels = pixels;
    this.labels = labels;
  }

  /**
   * Reads a split; the comparison has checked its files.
   *
   * @param prefix with which their names begin: {@code train} or {@code t10k}
   */
  public static Pictures read(Path folder, String prefix) throws IOException {
    return new Pictures(
        behindHeader(folder, prefix + "-images-idx3-ubyte", IMAGE_HEADER),
        behindHeader(folder, prefix + "-labels-idx1-ubyte", LABEL_HEADER));
  }

  private static byte[] behindHeader(Path folder, String name, int header) throws IOException {
    Path plain = folder.resolve(name);
    byte[] all;
    if (Files.exists(plain)) {
      all = Files.readAllBytes(plain);
    } else {
      try (InputStream file = new FileInputStream(folder.resolve(name + ".gz").toFile());
          InputStream in = new GZIPInputStream(file)) {
        all = in.readAllBytes();
      }
    }
    return Arrays.copyOfRange(all, header, all.length);
  }

  /** How many images there are. */
  public int size() {
    return labels.length;
  }

  /** Images {@code from .. from + count - 1}, scaled to [0, 1]: {@code [count, 28, 28]}. */
  public float[] scaled(int from, int count) {
    float[] scaled = new float[count * ELEMENTS];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (pixels[from * ELEMENTS + i] & 0xFF) / 255f;
    }
    return scaled;
  }

  /** The class of an image, 0 to 9. */
  public int label(int image) {
    return labels[image];
  }
}
