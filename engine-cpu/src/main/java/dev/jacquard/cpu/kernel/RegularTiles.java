package dev.jacquard.cpu.kernel;

/**
 * How many rows a register tile has where all rows of a product are regular, so that one address
 * serves a tile and any number of rows that the registers hold is as fast.
 */
final class RegularTiles {
  private static final int[] MANY = {14, 12, 8, 4};
  private static final int[] FEW = {6, 4};

  private RegularTiles() {}

  /** {@code rows} rounded up to whole tiles, as few as possible. */
  static int wholeTiles(int rows, boolean manyRegisters) {
    int least = Integer.MAX_VALUE;
    for (int tile : manyRegisters ? MANY : FEW) {
      if (tile > 4 || !manyRegisters) {
        least = Math.min(least, (rows + tile - 1) / tile * tile);
      }
    }
    return least;
  }

  /** The rows of the largest tile that divides {@code rows}, a multiple of 4 or of a tile. */
  static int rows(int rows, boolean manyRegisters) {
    for (int tile : manyRegisters ? MANY : FEW) {
      if (rows % tile == 0) {
        return tile;
      }
    }
    throw new IllegalArgumentException(rows + " rows are not whole tiles");
  }
}
