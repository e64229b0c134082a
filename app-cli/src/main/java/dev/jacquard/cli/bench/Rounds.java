package dev.jacquard.cli.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * How long work takes.
 *
 * @param rounds in their order
 * @param whole units of all the work; more than a round's where that would take too long
 */
public record Rounds(List<Round> rounds, int whole) {
  /**
   * Some of the work, or all of it.
   *
   * @param units that were done: steps, or batches that were classified
   * @param seconds that they took together
   */
  public record Round(int units, double seconds) {
    /** Seconds of a unit. */
    double each() {
      return seconds / units;
    }
  }

  /** Copies the list. */
  public Rounds {
    rounds = List.copyOf(rounds);
  }

  private List<Double> sorted() {
    return rounds.stream().map(Round::each).sorted().toList();
  }

  /** Seconds of a unit, by the median round. */
  public double median() {
    List<Double> sorted = sorted();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Seconds of a unit, by the fastest round. */
  public double least() {
    return sorted().get(0);
  }

  /** Seconds of a unit, by the slowest round. */
  public double most() {
    return sorted().get(rounds.size() - 1);
  }

  /** Units of the shortest round. */
  public int units() {
    return rounds.stream().mapToInt(Round::units).min().orElse(0);
  }

  /** Seconds of the whole work. */
  public double wholeSeconds() {
    return median() * whole;
  }

  /** Whether a round was only a part of the whole work. */
  public boolean extrapolated() {
    return units() < whole;
  }

  /** These rounds as parts of more work. */
  Rounds of(int more) {
    return new Rounds(new ArrayList<>(rounds), more);
  }
}
