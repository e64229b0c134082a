package dev.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.cli.bench.Rounds.Round;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a clock that only the work moves. */
class PacerTest {
  private final List<Integer> done = new ArrayList<>();
  private long now;

  private Rounds measure(int whole, double seconds, long nanosecondsAUnit) {
    return new Pacer(
            whole,
            units -> {
              done.add(units);
              now += units * nanosecondsAUnit;
            },
            () -> now)
        .measure(seconds);
  }

  @Test
  void aQuickDeviceDoesTheWholeWorkInEachRound() {
    Rounds rounds = measure(20, 60, 1_000_000);
    assertEquals(List.of(1, 1, 2, 4, 8, 5, 20), done.subList(0, 7));
    assertEquals(21, rounds.rounds().size());
    assertEquals(20, rounds.units());
    assertEquals(0.001, rounds.median(), 1e-12);
    assertEquals(0.02, rounds.wholeSeconds(), 1e-12);
    assertFalse(rounds.extrapolated());
  }

  @Test
  void aSlowDeviceDoesAPartAndTheRestIsExtrapolated() {
    Rounds rounds = measure(1000, 6, 100_000_000);
    assertEquals(List.of(1, 1, 2, 2), done.subList(0, 4));
    assertEquals(3, rounds.rounds().size());
    assertEquals(10, rounds.units());
    assertTrue(rounds.extrapolated());
    assertEquals(100, rounds.wholeSeconds(), 1e-9);
    assertEquals(2000, rounds.of(20_000).wholeSeconds(), 1e-6);
  }

  @Test
  void aVerySlowDeviceDoesOneUnitAtATime() {
    Rounds rounds = measure(1000, 1, 5_000_000_000L);
    assertEquals(List.of(1, 1, 1, 1, 1), done);
    assertEquals(5000, rounds.wholeSeconds(), 1e-9);
  }

  @Test
  void theMedianIsBetweenTheFastestAndTheSlowest() {
    Round quick = new Round(2, 4);
    Round middle = new Round(4, 12);
    Round slow = new Round(2, 9);
    Rounds odd = new Rounds(List.of(slow, quick, middle), 10);
    assertEquals(3, odd.median());
    assertEquals(2, odd.least());
    assertEquals(4.5, odd.most());
    assertEquals(2, odd.units());
    assertEquals(30, odd.wholeSeconds());
    assertEquals(2.5, new Rounds(List.of(middle, quick), 10).median());
  }
}
