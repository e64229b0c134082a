package dev.jacquard.cli.bench;

/**
 * A time of a benchmark, in seconds.
 *
 * @param name the same in every benchmark
 * @param median of its rounds
 * @param least of its rounds
 * @param most of its rounds
 * @param brief whether the rounds may have been a slow beginning
 */
record Figure(String name, double median, double least, double most, boolean brief) {
  /** What became of a figure. */
  enum Move {
    /** The slowest round is faster than the fastest was. */
    FASTER("yes: faster"),
    /** The fastest round is slower than the slowest was. */
    SLOWER("yes: slower"),
    /** The rounds overlap. */
    WITHIN_SPREAD("no"),
    /** The rounds of one may have been a slow beginning. */
    TOO_SHORT("too short to tell");

    private final String text;

    Move(String text) {
      this.text = text;
    }

    /** For people, whether it is beyond both spreads. */
    String text() {
      return text;
    }

    /** Whether it says that something changed. */
    boolean isOne() {
      return this == FASTER || this == SLOWER;
    }
  }

  /**
   * How it moved: only what is outside of both spreads counts, whatever the medians say.
   *
   * @param later the same figure of another benchmark
   */
  Move to(Figure later) {
    if (brief || later.brief) {
      return Move.TOO_SHORT;
    }
    if (later.most < least) {
      return Move.FASTER;
    }
    return later.least > most ? Move.SLOWER : Move.WITHIN_SPREAD;
  }
}
