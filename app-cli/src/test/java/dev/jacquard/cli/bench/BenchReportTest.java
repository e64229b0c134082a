package dev.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Roofline;
import dev.jacquard.backend.StageTime;
import dev.jacquard.cli.bench.Rounds.Round;
import dev.jacquard.cli.bench.StageShare.Profiled;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  private static final Rounds ROUNDS = new Rounds(List.of(new Round(1, 1)), 1);
  private static final FirstStep STEP = new FirstStep(1, 2, 3, 4, 5);

  private static Measured measured(Plan plan, List<Profiled> times) {
    MemoryUse memory = new MemoryUse(3, 1024, 2048, 4096);
    return new Measured(64, 64, plan, memory, ROUNDS, 1, StageShare.of(plan, times));
  }

  private static List<String> lines(
      Optional<Roofline> roofline, FirstSteps steps, HostMemory host, Measured... training) {
    return new BenchReport(roofline, Optional.empty(), steps, List.of(training), List.of(), host)
        .lines();
  }

  private static List<String> lines(Optional<Roofline> roofline, Measured... training) {
    HostMemory host = new HostMemory(1 << 20, OptionalLong.empty());
    FirstSteps steps = new FirstSteps(64, false, STEP, Optional.empty());
    return lines(roofline, steps, host, training);
  }

  /** A stage that does a GFLOP in a second, on a device that does so many a second. */
  private static boolean warns(double flopsPerSecond) {
    Plan plan =
        new Plan(
            List.of(new Plan.Stage("multiply", List.of(), "gemm", "", 1_000_000_000, 0)), 1, 0, "");
    Optional<Roofline> roofline = Optional.of(new Roofline(flopsPerSecond, 1e9));
    Profiled round = new Profiled(1, List.of(new StageTime("multiply", 1, 1_000_000_000)));
    return lines(roofline, measured(plan, List.of(round))).stream()
        .anyMatch(line -> line.startsWith("A share above 100 %: "));
  }

  /** Neither a cache nor a roofline that was measured too low must pass for a miracle. */
  @Test
  void aShareAboveTheRooflineIsExplained() {
    assertEquals(true, warns(0.8e9));
    assertEquals(false, warns(1e9));
    assertEquals(false, warns(2e9));
  }

  /** What a fresh JVM does in its first steps must not pass for its speed. */
  @Test
  void roundsThatMayHaveBeenASlowBeginningAreCalledSo() {
    assertTrue(warnsOfShortRounds(15, 938));
    assertFalse(warnsOfShortRounds(16, 938));
    assertFalse(warnsOfShortRounds(1, 1));
  }

  private static boolean warnsOfShortRounds(int units, int whole) {
    Plan plan = new Plan(List.of(), 1, 0, "");
    MemoryUse memory = new MemoryUse(3, 1024, 2048, 4096);
    Rounds rounds = new Rounds(List.of(new Round(units, 1)), whole);
    Measured measured = new Measured(64, 64 * whole, plan, memory, rounds, 1, List.of());
    return lines(Optional.empty(), measured).stream()
        .anyMatch(line -> line.startsWith("There are rounds so short"));
  }

  @Test
  void withoutStageTimesThereIsNoTableOfNothing() {
    Plan plan =
        new Plan(List.of(new Plan.Stage("multiply", List.of(), "gemm", "", 1, 1)), 1, 0, "");
    List<String> lines = lines(Optional.empty(), measured(plan, List.of()));
    assertEquals(
        "Stages of a training step, batch 64: no stage times; 1.00 s by the wall clock",
        lines.get(lines.size() - 1));
  }

  @Test
  void theFirstStepIsToldPartByPart() {
    FirstSteps steps = new FirstSteps(64, true, STEP, Optional.of(new FirstStep(1, 1, 1, 1, 1)));
    HostMemory host = new HostMemory(1 << 20, OptionalLong.of(1 << 30));
    String text = String.join("\n", lines(Optional.empty(), steps, host)) + "\n";
    String first = "first in this process, nothing kept *15.0 s +1.00 s +2.00 s +3.00 s +4.00 s";
    assertTrue(text.matches("(?s).*\n" + first + " +5.00 s\n.*"), text);
    assertTrue(text.matches("(?s).*\nagain, programs kept +5.00 s( +1.00 s){5}\n.*"), text);
    assertTrue(text.contains("\nThe driver may keep programs of its own"), text);
    assertTrue(
        text.contains("\nHost memory: heap 1.00 MiB after all, 1.00 GiB resident at most\n"), text);
  }

  /** Nothing is said of a cache where there is none, nor of what did not happen. */
  @Test
  void aBackendWithoutCacheHasNone() {
    String text = String.join("\n", lines(Optional.empty()));
    assertTrue(text.contains("\nfirst in this process  "), text);
    assertFalse(text.contains("again"), text);
    assertFalse(text.contains("driver may keep"), text);
    assertTrue(text.contains("what was resident is not known on this system"), text);
  }
}
