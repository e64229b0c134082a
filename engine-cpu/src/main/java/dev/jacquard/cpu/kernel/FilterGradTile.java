package dev.jacquard.cpu.kernel;

/**
 * The constants of one copy of {@code VectorFilterGrad}: the shape and the register tile chosen for
 * it.
 *
 * @param spec the shape
 * @param rows rows of the tile, 1 to 14, a multiple of {@code group}
 * @param group rows addressed from one table entry, a divisor of {@code spec.runLength()}
 */
record FilterGradTile(FilterGradSpec spec, int rows, int group) {

  /** The tile that measured best on JDK 17; see {@link GemmTile#of} for what limits it. */
  static FilterGradTile of(FilterGradSpec spec, boolean manyRegisters) {
    if (!manyRegisters) {
      return few(spec);
    }
    if (spec.runLength() % 3 == 0) {
      // One input channel under a 3x3 kernel: its nine taps are one tile.
      return spec.runLength() == 3
          ? new FilterGradTile(spec, 9, 3)
          : new FilterGradTile(spec, 12, spec.runLength() % 12 == 0 ? 12 : 3);
    }
    if (spec.height() * spec.width() == 1 && spec.runLength() % 4 == 0) {
      // Only the run-time loop over images is left, in which 14 rows spill in some compilations.
      return new FilterGradTile(spec, 12, 4);
    }
    return spec.runLength() % 2 == 0
        ? new FilterGradTile(spec, 14, 2)
        : new FilterGradTile(spec, 10, 1);
  }

  /** Rows that one address serves, or few. */
  private static FilterGradTile few(FilterGradSpec spec) {
    for (int rows : new int[] {6, 5, 4, 3}) {
      if (spec.runLength() % rows == 0) {
        return new FilterGradTile(spec, rows, rows);
      }
    }
    return new FilterGradTile(spec, 5, 1);
  }
}
