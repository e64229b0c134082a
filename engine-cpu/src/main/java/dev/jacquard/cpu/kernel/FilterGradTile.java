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
  /** Multiply-adds of a pixel beside which looking up its place takes no time. */
  private static final int MANY = 24;

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

  /**
   * Rows of pixels that are a loop each. That takes up to 50 cycles more a row, for range checks
   * before it and the iterations that the compiler peels off. So what can be is made one row: by
   * tables of {@link #places}, which cost some operations a pixel, or else by going on through the
   * {@linkplain FilterGradSpec#blank blank} between rows.
   */
  int height() {
    return looksUp() || goesOn() ? 1 : spec.height();
  }

  /** Pixels of such a row. */
  int pixels() {
    if (looksUp()) {
      return spec.height() * spec.width();
    }
    return goesOn() ? spec.height() * (spec.width() + spec.blank()) - spec.blank() : spec.width();
  }

  private boolean looksUp() {
    boolean apart = spec.blank() > 0 || !goesOn();
    return spec.height() > 1 && apart && rows * spec.vectors() >= MANY;
  }

  private boolean goesOn() {
    int pitch = spec.width() + spec.blank();
    return spec.xRow() == pitch * spec.xStep() && spec.dyRow() == pitch * spec.dyStep();
  }

  /**
   * Where each pixel begins; null where {@link #height} and {@link #pixels} say it.
   *
   * @param row from a row to the next
   * @param step from a pixel to the next
   */
  int[] places(int row, int step) {
    if (!looksUp()) {
      return null;
    }
    int[] places = new int[pixels()];
    for (int i = 0; i < places.length; i++) {
      places[i] = i / spec.width() * row + i % spec.width() * step;
    }
    return places;
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
