package dev.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Roofline;
import dev.jacquard.backend.StageTime;
import dev.jacquard.cli.bench.StageShare.Profiled;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class StageShareTest {
  private static final Plan PLAN =
      new Plan(
          List.of(stage("multiply", 8000, 10), stage("copy", 10, 4000), stage("wait", 0, 0)),
          3,
          0,
          "");

  private static Plan.Stage stage(String name, long flops, long bytes) {
    return new Plan.Stage(name, List.of(), name, "", flops, bytes);
  }

  private static Profiled round(int steps, long multiply) {
    return new Profiled(
        steps,
        List.of(
            new StageTime("multiply", steps, steps * multiply),
            new StageTime("copy", steps, steps * 500L),
            new StageTime("copy", steps, steps * 500L),
            new StageTime("wait", 1, steps * 1000L)));
  }

  /** Rounds in whose median the first took 2 us a step, and the others 1 us. */
  private static List<StageShare> shares() {
    return StageShare.of(PLAN, List.of(round(2, 2000), round(4, 9000), round(2, 1500)));
  }

  @Test
  void aStepIsDividedAmongItsStages() {
    List<StageShare> shares = shares();
    assertEquals(List.of(0.5, 0.25, 0.25), shares.stream().map(StageShare::share).toList());
    assertEquals(2e-6, shares.get(0).seconds(), 1e-18);
    assertEquals(1.5e-6, shares.get(0).times().least(), 1e-18);
    assertEquals(9e-6, shares.get(0).times().most(), 1e-18);
    assertEquals(List.of(1.0, 2.0, 0.375), shares.stream().map(StageShare::runs).toList());
    assertEquals(4e9, shares.get(0).flopsPerSecond(), 1);
    assertEquals(4e9, shares.get(1).bytesPerSecond(), 1);
    assertEquals(OptionalDouble.empty(), shares.get(0).of(Optional.empty()));
  }

  @Test
  void withoutTimesThereAreNoStages() {
    assertEquals(List.of(), StageShare.of(PLAN, List.of()));
    assertEquals(List.of(), StageShare.of(PLAN, List.of(new Profiled(2, List.of()))));
  }

  /** Whatever bounds a stage counts, and nothing is said of a stage without known work. */
  @Test
  void aStageIsHeldAgainstTheRoofline() {
    List<StageShare> shares = shares();
    Optional<Roofline> roofline = Optional.of(new Roofline(16e9, 1e9).or(new Roofline(1e9, 5e9)));
    assertEquals(0.25, shares.get(0).of(roofline).getAsDouble(), 1e-9);
    assertEquals(0.8, shares.get(1).of(roofline).getAsDouble(), 1e-9);
    assertEquals(OptionalDouble.empty(), shares.get(2).of(roofline));
  }
}
