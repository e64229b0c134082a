package dev.jacquard.cpu.kernel;

/**
 * The constants of one copy of {@code VectorGemm}: the shape and the register tile chosen for it.
 *
 * @param spec the shape
 * @param rows rows of the tile, 1 to 14, a multiple of {@code group}
 * @param group rows addressed from one table entry, a divisor of {@code spec.rowGroup()}
 */
record GemmTile(GemmSpec spec, int rows, int group) {
  /** Rows that one address serves, of a tile of two vectors in 16 registers. */
  static final int FEW_ROWS = 6;

  /**
   * The tile that measured best on JDK 17. Its limits are the registers: {@code 2 * rows + 3} of
   * the vectors, and one general register for each table entry. Beyond about 10 entries the
   * scheduler of JDK 17 shortens addresses' lives at the cost of spilling accumulators. With 16
   * registers 12 accumulators stay there only if one entry serves all rows.
   */
  static GemmTile of(GemmSpec spec, boolean manyRegisters) {
    int group = spec.rowGroup();
    // A short sum is unrolled in full, where a large tile spills.
    boolean shortSum = spec.runs() * spec.runLength() <= 16;
    if (!manyRegisters) {
      return few(spec, shortSum);
    }
    if (group % 7 == 0) {
      return new GemmTile(spec, shortSum ? 7 : 14, 7);
    }
    return group % 5 == 0 ? new GemmTile(spec, 10, 5) : new GemmTile(spec, 10, 1);
  }

  private static GemmTile few(GemmSpec spec, boolean shortSum) {
    int group = spec.rowGroup();
    if (group % FEW_ROWS == 0) {
      return new GemmTile(spec, FEW_ROWS, FEW_ROWS);
    }
    return shortSum
        ? new GemmTile(spec, 4, group % 4 == 0 ? 4 : group % 2 == 0 ? 2 : 1)
        : new GemmTile(spec, 5, 1);
  }
}
