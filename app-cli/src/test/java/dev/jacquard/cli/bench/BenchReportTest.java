package dev.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Roofline;
import dev.jacquard.backend.StageTime;
import dev.jacquard.cli.bench.Rounds.Round;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  /** A stage that does a GFLOP in a second, on a device that does so many a second. */
  private static boolean warns(double flopsPerSecond) {
    Plan plan =
        new Plan(
            List.of(new Plan.Stage("multiply", List.of(), "gemm", "", 1_000_000_000, 0)), 1, 0, "");
    Optional<Roofline> roofline = Optional.of(new Roofline(flopsPerSecond, 1e9));
    List<StageShare> stages =
        StageShare.of(plan, List.of(new StageTime("multiply", 1, 1_000_000_000)), 1);
    Rounds rounds = new Rounds(List.of(new Round(1, 1)), 1);
    Measured step = new Measured(64, 64, plan, rounds, 1, stages);
    return new BenchReport(roofline, List.of(step), List.of())
        .lines().stream().anyMatch(line -> line.startsWith("A share above 100 %: "));
  }

  /** Neither a cache nor a roofline that was measured too low must pass for a miracle. */
  @Test
  void aShareAboveTheRooflineIsExplained() {
    assertEquals(true, warns(0.8e9));
    assertEquals(false, warns(1e9));
    assertEquals(false, warns(2e9));
  }

  @Test
  void withoutStageTimesThereIsNoTableOfNothing() {
    Plan plan =
        new Plan(List.of(new Plan.Stage("multiply", List.of(), "gemm", "", 1, 1)), 1, 0, "");
    Rounds rounds = new Rounds(List.of(new Round(1, 1)), 1);
    Measured step = new Measured(64, 64, plan, rounds, 0, StageShare.of(plan, List.of(), 5));
    List<String> lines = new BenchReport(Optional.empty(), List.of(step), List.of()).lines();
    assertEquals(
        "Stages of a training step, batch 64: no stage times; 1.00 s by the wall clock",
        lines.get(lines.size() - 1));
  }
}
