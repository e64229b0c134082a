package dev.jacquard.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/** On a clock that only the measured task moves. */
class StopwatchTest {
  private long now;
  private int runs;

  /** Measures a task whose run {@code i} takes {@code milliseconds(i)}, for one second. */
  private Measurement measure(IntToLongFunction milliseconds) {
    Runnable task = () -> now += milliseconds.applyAsLong(runs++) * 1_000_000;
    return new Stopwatch(1, () -> now).measure("engine", Task.TRAIN, 1, task);
  }

  @Test
  void threeLikeBlocksOfHalfASecondAreSteady() {
    Measurement measurement = measure(i -> 100);
    assertTrue(measurement.steady());
    assertEquals(new Summary(100, 100, 100), measurement.milliseconds());
    assertEquals(10, measurement.runs());
    assertEquals(15 + 10, runs);
  }

  @Test
  void slowRunsAtTheStartAreNotMeasured() {
    Measurement measurement = measure(i -> Math.max(100, 400 - 40L * i));
    assertTrue(measurement.steady());
    assertEquals(new Summary(100, 100, 100), measurement.milliseconds());
  }

  @Test
  void aTimeThatNeverSettlesIsMeasuredButNotCalledSteady() {
    Measurement measurement = measure(i -> 100 + 20L * i);
    assertFalse(measurement.steady());
    assertTrue(measurement.milliseconds().min() > 100);
  }

  @Test
  void longRunsAreMeasuredThreeTimes() {
    Measurement measurement = measure(i -> 4_000 + i);
    assertTrue(measurement.steady());
    assertEquals(3, measurement.runs());
    assertEquals(new Summary(4_004, 4_003, 4_005), measurement.milliseconds());
  }

  @Test
  void aRunOfSeveralStepsIsReportedAsTheTimeOfOne() {
    Runnable task = () -> now += 500_000_000;
    Measurement measurement = new Stopwatch(1, () -> now).measure("engine", Task.TRAIN, 250, task);
    assertEquals(new Summary(2, 2, 2), measurement.milliseconds());
    assertEquals(3, measurement.runs());
  }

  @Test
  void warmUpLastsAtLeastAsLongAsTheMeasurement() {
    Runnable task =
        () -> {
          now += 500_000_000;
          runs++;
        };
    Measurement measurement = new Stopwatch(10, () -> now).measure("engine", Task.INFER, 1, task);
    assertTrue(measurement.steady());
    assertEquals(20, measurement.runs());
    assertEquals(20 + 20, runs);
  }
}
