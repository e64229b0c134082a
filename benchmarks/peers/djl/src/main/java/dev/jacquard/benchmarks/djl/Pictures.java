package dev.jacquard.benchmarks.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** One split of Fashion-MNIST in host memory, as bytes. */
final class Pictures {
  private static final int SIDE = 28;
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

  /** Reads the split whose files begin with {@code prefix}; the comparison has checked them. */
  static Pictures read(Path folder, String prefix) throws IOException {
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

  int size() {
    return labels.length;
  }

  /** Images {@code from .. from + count - 1}, scaled to [0, 1]: {@code [count, 1, 28, 28]}. */
  NDArray images(NDManager manager, int from, int count) {
    float[] scaled = new float[count * ELEMENTS];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (pixels[from * ELEMENTS + i] & 0xFF) / 255f;
    }
    return manager.create(scaled, new Shape(count, 1, SIDE, SIDE));
  }

  /** Their labels: {@code [count]}. */
  NDArray labels(NDManager manager, int from, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = labels[from + i];
    }
    return manager.create(numbers, new Shape(count));
  }
}
