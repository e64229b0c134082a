package dev.jacquard.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.error.JacquardException;
import org.junit.jupiter.api.Test;

class StretchTest {
  private static final int[] ORDER = {4, 3, 2, 1, 0};

  private static Stretch stretch(int capacity) {
    Stretch stretch = new Stretch(3, capacity);
    stretch.clear(7);
    return stretch;
  }

  private static void refused(String message, Runnable call) {
    assertEquals(message, assertThrows(JacquardException.class, call::run).getMessage());
  }

  @Test
  void stepsLieAFullBatchApart() {
    Stretch stretch = stretch(2);
    stretch.add(ORDER, 3, 2, 3, 0.5);
    stretch.add(ORDER, 0, 3, 0, 0.25);
    assertArrayEquals(new int[] {1, 0, 0, 4, 3, 2}, stretch.indices());
    assertEquals(2, stretch.steps());
    assertEquals(2, stretch.size(0));
    assertEquals(0.25, stretch.rate(1));
    assertDoesNotThrow(() -> stretch.check(3, 5, new StretchResult(2)));
  }

  @Test
  void stepsOfAnotherSizeAreRefused() {
    Stretch stretch = stretch(2);
    refused("step 0: expected 1 to 3 samples, received 4", () -> stretch.add(ORDER, 0, 4, 0, 0.5));
    refused("step 0: expected 1 to 3 samples, received 0", () -> stretch.add(ORDER, 0, 0, 0, 0.5));
  }

  @Test
  void aFullStretchTakesNoMore() {
    Stretch stretch = stretch(1);
    stretch.add(ORDER, 0, 3, 0, 0.5);
    refused(
        "a stretch for 1 steps is full; make a longer one", () -> stretch.add(ORDER, 3, 2, 3, 0.5));
  }

  @Test
  void whatATrainerCannotRunIsRefused() {
    Stretch stretch = stretch(1);
    stretch.add(ORDER, 0, 3, 0, 0.5);
    refused(
        "step 0 has 3 samples, but the trainer was made for 2 at most; make one for larger batches",
        () -> stretch.check(2, 5, new StretchResult(1)));
    refused(
        "step 0: expected sample numbers from 0 to 3, received 4",
        () -> stretch.check(3, 4, new StretchResult(1)));
    refused(
        "a stretch of 1 steps: expected a result with room for as many, received one for 0",
        () -> stretch.check(3, 5, new StretchResult(0)));
  }
}
