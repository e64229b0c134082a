package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.WorkSize;

/** The register and local-memory tile of the matrix products: rows, columns, depth, per item. */
record Tile(int m, int n, int k, int itemM, int itemN) {
  /** What the kernels take by themselves: a graphics processor's. */
  private static final Tile GRAPHICS = new Tile(64, 32, 16, 4, 4);

  /** One number an item: drivers for processors run items as a vectorised loop. */
  private static final Tile PROCESSOR = new Tile(16, 16, 16, 1, 1);

  static Tile of(Context context) {
    return context.processor() ? PROCESSOR : GRAPHICS;
  }

  Defines into(Defines defines) {
    return defines
        .with("TILE_M", m)
        .with("TILE_N", n)
        .with("TILE_K", k)
        .with("ITEM_M", itemM)
        .with("ITEM_N", itemN);
  }

  /** Groups over a product of so many rows and columns, {@code times} over. */
  WorkSize over(long rows, long columns, long times) {
    return new WorkSize(
        (columns + n - 1) / n, (rows + m - 1) / m * times, (long) n / itemN, (long) m / itemM);
  }
}
