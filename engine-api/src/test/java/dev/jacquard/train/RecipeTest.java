package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RecipeTest {
  static Recipe recipe(int epochs, int batch, Schedule schedule) {
    return new Recipe(
        epochs, batch, new Optimizer.Sgd(0.1, 0.9, false), schedule, 5, true, OptionalLong.empty());
  }

  private static void fails(String message, Executable what) {
    assertEquals(message, assertThrows(JacquardException.class, what).getMessage());
  }

  @Test
  void refusesWhatIsOutOfRange() {
    fails("epochs: expected at least 1, received 0", () -> recipe(0, 64, Schedule.CONSTANT));
    fails("batch size: expected at least 1, received -2", () -> recipe(3, -2, Schedule.CONSTANT));
    fails(
        "max steps: expected at least 1, received 0",
        () -> recipe(3, 64, Schedule.CONSTANT).withMaxSteps(OptionalLong.of(0)));
  }

  @Test
  void aBatchIsNotLargerThanTheDataSet() {
    fails(
        "batch size 64 is larger than the data set's 50 samples; use one of 50 or less",
        () -> recipe(1, 64, Schedule.CONSTANT).stepsPerEpoch(50));
    assertEquals(1, recipe(1, 50, Schedule.CONSTANT).stepsPerEpoch(50));
  }

  @Test
  void thePartialBatchCountsAsAStep() {
    Recipe recipe = recipe(3, 64, Schedule.ONE_CYCLE);
    assertEquals(938, recipe.stepsPerEpoch(60_000));
    assertEquals(2814, recipe.plannedSteps(60_000));
    assertEquals(2814, recipe.lastStep(60_000));
    Recipe cut = recipe.withMaxSteps(OptionalLong.of(10));
    assertEquals(10, cut.lastStep(60_000));
    assertEquals(2814, cut.plannedSteps(60_000), "the limit does not reshape the schedule");
  }

  @Test
  void onlyAConstantScheduleGoesOnLongerThanPlanned() {
    assertEquals(5, recipe(3, 64, Schedule.CONSTANT).resumedUntil(5, 60_000).epochs());
    fails(
        "5 epochs are more than the 3 that the one-cycle schedule was planned for; only a constant"
            + " schedule can go on longer",
        () -> recipe(3, 64, Schedule.ONE_CYCLE).resumedUntil(5, 60_000));
  }

  @Test
  void fewerEpochsKeepTheSchedulesShape() {
    Recipe shorter = recipe(3, 64, Schedule.ONE_CYCLE).resumedUntil(2, 60_000);
    assertEquals(1876, shorter.lastStep(60_000));
    assertEquals(2814, shorter.plannedSteps(60_000));
  }
}
