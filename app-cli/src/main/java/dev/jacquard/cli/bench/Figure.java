package dev.jacquard.cli.bench;

/**
 * A time of a benchmark, in seconds.
 *
 * @param name the same in every benchmark
 * @param median of its rounds
 * @param least of its rounds
 * @param most of its rounds
 */
record Figure(String name, double median, double least, double most) {
  /** What became of a figure. */
  enum Move {
    /** The slowest round is faster than the fastest was. */
    FASTER("faster"),
    /** The fastest round is slower than the slowest was. */
    SLOWER("slower"),
    /** The rounds overlap. */
    WITHIN_SPREAD("within the spread");

    private final String text;

    Move(String text) {
      this.text = text;
    }

    /** For people. */
    String text() {
      return text;
    }
  }

  /**
   * How it moved: only what is outside of both spreads counts, whatever the medians say.
   *
   * @param later the same figure of another benchmark
   */
  Move to(Figure later) {
    if (later.most < least) {
      return Move.FASTER;
    }
    return later.least > most ? Move.SLOWER : Move.WITHIN_SPREAD;
  }
}
