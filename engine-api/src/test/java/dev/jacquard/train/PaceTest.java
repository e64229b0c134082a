package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MILLISECOND = 1_000_000;

  @Test
  void doublesUntilAStretchTakesHalfASecond() {
    Pace pace = new Pace(1000);
    int[] expected = {1, 2, 4, 8, 16, 32, 50, 50};
    for (int steps : expected) {
      assertEquals(steps, pace.steps());
      pace.ran(steps, 10 * MILLISECOND * steps);
    }
  }

  @Test
  void growsAgainWhenStepsBecomeFaster() {
    Pace pace = new Pace(1000);
    pace.ran(1, 900 * MILLISECOND);
    assertEquals(1, pace.steps());
    pace.ran(1, 20 * MILLISECOND);
    assertEquals(2, pace.steps());
    pace.ran(2, 4000 * MILLISECOND);
    assertEquals(1, pace.steps());
  }

  @Test
  void staysWithinTheCapacityAndCopesWithAClockThatStands() {
    Pace pace = new Pace(5);
    pace.ran(1, 0);
    pace.ran(2, 0);
    pace.ran(4, 0);
    assertEquals(5, pace.steps());
  }

  @Test
  void aStretchCutShortByAnEpochDoesNotShortenTheNext() {
    Pace pace = new Pace(1000);
    for (int steps = 1; steps < 64; steps *= 2) {
      pace.ran(steps, steps * MILLISECOND);
    }
    assertEquals(64, pace.steps());
    pace.ran(3, 3 * MILLISECOND);
    assertEquals(128, pace.steps());
  }
}
