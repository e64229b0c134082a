package dev.jacquard.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The learning rate at the ends, the peak and half-way. */
final class ScheduleTest {
  private static final double TINY = 1e-15;

  @Test
  void constantStays() {
    assertEquals(0.01, Schedule.CONSTANT.rate(0.01, 0, 100));
    assertEquals(0.01, Schedule.CONSTANT.rate(0.01, 99, 100));
  }

  @Test
  void cosineFallsFromThePeak() {
    assertEquals(0.01, Schedule.COSINE.rate(0.01, 0, 100), TINY);
    assertEquals(0.005, Schedule.COSINE.rate(0.01, 50, 100), TINY);
    assertEquals(
        0.01 * (1 + Math.cos(Math.PI * 0.99)) / 2, Schedule.COSINE.rate(0.01, 99, 100), TINY);
  }

  @Test
  void oneCycleRisesForAQuarterAndFallsToNothing() {
    assertEquals(0.0004, Schedule.ONE_CYCLE.rate(0.01, 0, 400), TINY);
    assertEquals(0.0052, Schedule.ONE_CYCLE.rate(0.01, 50, 400), TINY);
    assertEquals(0.01, Schedule.ONE_CYCLE.rate(0.01, 100, 400), TINY);
    assertEquals(0.005, Schedule.ONE_CYCLE.rate(0.01, 250, 400), TINY);
    assertTrue(Schedule.ONE_CYCLE.rate(0.01, 399, 400) < 1e-6);
    for (int step = 1; step < 400; step++) {
      double change =
          Schedule.ONE_CYCLE.rate(0.01, step, 400) - Schedule.ONE_CYCLE.rate(0.01, step - 1, 400);
      assertTrue(step <= 100 ? change > 0 : change < 0, "step " + step);
    }
  }

  @Test
  void shortTrainingsWork() {
    for (int total = 1; total < 6; total++) {
      for (int step = 0; step < total; step++) {
        double rate = Schedule.ONE_CYCLE.rate(1, step, total);
        assertTrue(rate > 0 && rate <= 1, step + " of " + total + ": " + rate);
      }
    }
  }

  @Test
  void stepsOutsideTheTrainingAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Schedule.COSINE.rate(1, 10, 10));
    assertThrows(IllegalArgumentException.class, () -> Schedule.COSINE.rate(1, -1, 10));
  }

  @Test
  void labelsAreThoseOfTheCommandLine() {
    assertEquals(
        List.of("constant", "cosine", "one-cycle"),
        Arrays.stream(Schedule.values()).map(Schedule::label).toList());
  }
}
