package dev.jacquard.benchmarks;

import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Images to measure on.
 *
 * @param source where they are from, for reports
 * @param data the images, as bytes
 */
public record Images(String source, DataSet data) {

  /**
   * The first images of Fashion-MNIST if it is on this machine, otherwise random bytes: the kernels
   * take the same time on both.
   *
   * @param count how many; at most as many as the split has
   */
  public static Images firstOf(Split split, int count) {
    Optional<Path> folder = FashionMnist.find(Optional.empty(), System.getenv());
    return folder
        .map(path -> new Images(path.toString(), FashionMnist.load(path, split).first(count)))
        .orElseGet(() -> synthetic(count));
  }

  /** Random bytes with random labels, the same at every call. */
  public static Images synthetic(int count) {
    SplittableRandom random = new SplittableRandom(count);
    byte[] pixels = new byte[count * FashionMnist.SAMPLE.elements()];
    random.nextBytes(pixels);
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(FashionMnist.CLASSES.size());
    }
    return new Images(
        "random bytes (Fashion-MNIST was not found)",
        DataSet.ofBytes("random", FashionMnist.SAMPLE, pixels, labels, FashionMnist.CLASSES));
  }
}
