package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.WorkSize;

/** The register and local-memory tile of the matrix products: rows, columns, depth, per item. */
record Tile(int m, int n, int k, int itemM, int itemN) {
  /** A graphics processor's; a processor does not fare worse with it than with another. */
  private static final Tile DEFAULT = new Tile(64, 32, 16, 4, 4);

  /** For devices with small groups: 32 items. */
  private static final Tile SMALL = new Tile(32, 16, 16, 4, 4);

  /** The tile for a device. */
  static Tile of(Limits limits) {
    return DEFAULT.itemsX() * DEFAULT.itemsY() <= limits.group() ? DEFAULT : SMALL;
  }

  Defines into(Defines defines) {
    return defines
        .with("TILE_M", m)
        .with("TILE_N", n)
        .with("TILE_K", k)
        .with("ITEM_M", itemM)
        .with("ITEM_N", itemN);
  }

  /** Groups over a product of so many rows and columns. */
  long groups(long rows, long columns) {
    return (columns + n - 1) / n * ((rows + m - 1) / m);
  }

  /** Items of a group along its columns. */
  long itemsX() {
    return (long) n / itemN;
  }

  /** Items of a group along its rows. */
  long itemsY() {
    return (long) m / itemM;
  }

  /** Groups over a product of so many rows and columns, {@code times} over. */
  WorkSize over(long rows, long columns, long times) {
    return new WorkSize((columns + n - 1) / n, (rows + m - 1) / m * times, itemsX(), itemsY());
  }
}
