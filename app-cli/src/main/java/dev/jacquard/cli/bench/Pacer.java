package dev.jacquard.cli.bench;

import dev.jacquard.cli.bench.Rounds.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Measures work in rounds: each of the whole work where that fits into the time, and else of as
 * much as does. Work is given in pieces of a quarter of a second, so that a device that gets faster
 * while compilers warm up gets more of it.
 */
final class Pacer {
  private static final double PIECE_SECONDS = 0.25;
  private static final int LEAST = 3;
  private static final int MOST = 21;
  private static final double ENOUGH_SECONDS = 1;

  private final int whole;
  private final IntConsumer work;
  private final LongSupplier clock;
  private double piece = 1;

  /**
   * Of some work.
   *
   * @param whole units of a round at most
   * @param work does so many units
   * @param clock tells nanoseconds
   */
  Pacer(int whole, IntConsumer work, LongSupplier clock) {
    this.whole = whole;
    this.work = work;
    this.clock = clock;
  }

  /**
   * Warms up for half of the time, or through the whole work twice; then measures at least three
   * rounds, a sixth of the time each, and more where they take next to nothing.
   *
   * @param seconds about how long that may take; at least five units are done whatever it is
   */
  Rounds measure(double seconds) {
    // The first unit may be compiled for, and its time says nothing.
    double passed = timed(1);
    piece = 1;
    for (int times = 0; times < 2 && (times == 0 || passed < seconds / 2); times++) {
      passed += round(seconds / 2 - passed).seconds();
    }
    List<Round> rounds = new ArrayList<>();
    double sum = 0;
    while (rounds.size() < LEAST || (sum < ENOUGH_SECONDS && rounds.size() < MOST)) {
      Round next = round(seconds / 6);
      rounds.add(next);
      sum += next.seconds();
    }
    return new Rounds(rounds, whole);
  }

  private Round round(double most) {
    int units = 0;
    double passed = 0;
    while (units < whole && (units == 0 || passed < most)) {
      int some = (int) Math.min(piece, whole - units);
      passed += timed(some);
      units += some;
    }
    return new Round(units, passed);
  }

  /** Does so many units; the next piece is at most twice as long. */
  private double timed(int units) {
    long start = clock.getAsLong();
    work.accept(units);
    double took = (clock.getAsLong() - start) * 1e-9;
    double fitting = PIECE_SECONDS * units / Math.max(took, 1e-9);
    piece = Math.max(1, Math.min(fitting, Math.min(2 * piece, whole)));
    return took;
  }
}
