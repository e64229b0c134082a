package dev.jacquard.opencl.plan;

/** How the products of processors are cut: into vectors, tiles of registers, and shares. */
final class RowTile {
  /** Bytes of packed pixels that stay in a core's own cache beside what else it needs. */
  private static final long CACHED = 256 * 1024;

  /** Narrower vectors lose to a compiler that makes vectors of single floats itself. */
  private static final int NARROWEST = 8;

  private static final int COLUMNS = 2;

  private final Limits limits;

  RowTile(Limits limits) {
    this.limits = limits;
  }

  /** Floats of a vector that divides {@code channels}. */
  int width(int channels) {
    int width = Math.min(Integer.lowestOneBit(channels), limits.vector());
    return width < NARROWEST ? 1 : width;
  }

  /** Vectors of a tile: they divide those of {@code channels}. */
  int columns(int channels, int width) {
    return divisor(channels / width, Math.max(1, COLUMNS * limits.vector() / width));
  }

  /** Rows of a tile, at most: with its columns they fill the registers, 32 of 16 floats or 16. */
  private int mostRows() {
    return limits.vector() < 16 ? 6 : 8;
  }

  /** Rows of a tile over {@code extent} of them, where a tile costs two rows by itself. */
  int rows(int extent) {
    int best = 1;
    for (int rows = 2; rows <= Math.min(mostRows(), extent); rows++) {
      if (cost(extent, rows) <= cost(extent, best)) {
        best = rows;
      }
    }
    return best;
  }

  private static long cost(int extent, int rows) {
    return (long) (extent + rows - 1) / rows * (rows + 2);
  }

  /** The greatest divisor of {@code number} up to {@code most}. */
  static int divisor(int number, int most) {
    int found = Math.min(number, Math.max(most, 1));
    while (number % found != 0) {
      found--;
    }
    return found;
  }

  /** The least divisor of {@code number} that is {@code least} or more, or itself. */
  static int divisorFrom(int number, long least) {
    for (int found = 1; found < number; found++) {
      if (found >= least && number % found == 0) {
        return found;
      }
    }
    return number;
  }

  /** Pixels of a row of whole tiles. */
  long padded(int width) {
    int rows = rows(width);
    return (width + rows - 1L) / rows * rows;
  }

  /** Work items that keep all cores busy to the end. */
  int items() {
    return 8 * limits.units();
  }

  /** Bytes that an item may pack. */
  long packed() {
    return Math.min(CACHED, limits.local() * 3 / 4);
  }

  /**
   * Rows of a strip, which divide {@code height}; 0 if not even one fits.
   *
   * @param line floats of a packed row
   */
  int strip(int height, int stride, int kernel, long line) {
    for (int strip = height; strip > 0; strip--) {
      if (height % strip == 0 && 4 * line * ((strip - 1L) * stride + kernel) <= packed()) {
        return strip;
      }
    }
    return 0;
  }
}
