package dev.jacquard.cpu.plan;

/**
 * Sums over a batch: a row of floats for each image, added up in double in the order of the images.
 */
final class Totals {
  private final int width;
  private final float[] partial;
  private final double[] total;

  Totals(int width, int batch, Arena arena) {
    this.width = width;
    this.partial = arena.floats((long) batch * width, "sums of gradients");
    this.total = arena.doubles(width, "sums of gradients");
  }

  /** The images' rows. */
  float[] partial() {
    return partial;
  }

  /** The sums over the first {@code n} images. */
  double[] merge(int n) {
    java.util.Arrays.fill(total, 0);
    for (int at = 0; at < n * width; at += width) {
      for (int c = 0; c < width; c++) {
        total[c] += partial[at + c];
      }
    }
    return total;
  }
}
