package dev.jacquard.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.reference.ReferenceBackend;
import dev.jacquard.tck.TckResult.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Comparisons, verdicts and the table. */
class TckReportTest {
  private static Measurement measure(double received, double expected, Tolerance tolerance) {
    return Measurement.of(
        "forward", "x", new float[] {(float) received}, new double[] {expected}, 1, tolerance);
  }

  private static TckResult run(TckCase.Body body) {
    ReferenceBackend backend = new ReferenceBackend();
    try (Device device = backend.open(ReferenceBackend.ID, BackendOptions.none())) {
      TckCase test = new TckCase("group", "name", body);
      return TckRunner.run(test, backend, BackendOptions.none(), device, SessionConfig.of(0));
    }
  }

  /** Its report is of those that were run. */
  @Test
  void aListenerEndsARun() {
    List<String> ended = new ArrayList<>();
    TckListener twoAreEnough =
        new TckListener() {
          @Override
          public void ended(TckResult result, int done, int all) {
            ended.add(result.name());
          }

          @Override
          public boolean isEnough() {
            return ended.size() == 2;
          }
        };
    TckReport report =
        TckRunner.run(
            new ReferenceBackend(),
            ReferenceBackend.ID,
            BackendOptions.none(),
            SessionConfig.of(0),
            test -> true,
            twoAreEnough);
    assertEquals(ended, report.results().stream().map(TckResult::name).toList());
    assertEquals(2, report.results().size());
  }

  @Test
  void exactIsExact() {
    assertTrue(measure(3, 3, Tolerance.exact()).passed());
    assertTrue(measure(-0.0, 0, Tolerance.exact()).passed());
    assertTrue(measure(1e-38, 0, Tolerance.exact()).passed());
    assertFalse(measure(Math.nextUp(3f), 3, Tolerance.exact()).passed());
  }

  @Test
  void toleranceGrowsWithTheRootOfTheReduction() {
    assertEquals(10 * Tolerance.strict().allowed(1), Tolerance.reduction(100).allowed(1), 1e-18);
    assertTrue(measure(1 + 4e-6, 1, Tolerance.reduction(100)).passed());
    assertFalse(measure(1 + 6e-6, 1, Tolerance.reduction(100)).passed());
  }

  @Test
  void notANumberEqualsOnlyItself() {
    assertTrue(measure(Double.NaN, Double.NaN, Tolerance.exact()).passed());
    assertFalse(measure(Double.NaN, 1, Tolerance.relative(1e9)).passed());
    assertFalse(measure(1, Double.NaN, Tolerance.relative(1e9)).passed());
    float infinity = Float.POSITIVE_INFINITY;
    assertTrue(measure(infinity, infinity, Tolerance.exact()).passed());
    assertFalse(measure(infinity, 1, Tolerance.relative(1e9)).passed());
  }

  @Test
  void tooFewElementsFail() {
    double[] expected = {1, 2};
    assertFalse(
        Measurement.of("forward", "x", new float[] {1}, expected, 1, Tolerance.strict()).passed());
  }

  @Test
  void verdicts() {
    assertEquals(Status.PASSED, run(s -> s.require(true, "fine")).status());
    assertEquals(Status.SKIPPED, run(s -> s.assume(false, "not here")).status());
    TckResult failed = run(s -> s.require(false, "wrong"));
    assertEquals(Status.FAILED, failed.status());
    assertEquals("wrong", failed.detail());
    TckResult thrown =
        run(
            s -> {
              throw new IllegalStateException("oh");
            });
    assertEquals(Status.FAILED, thrown.status());
    assertTrue(thrown.detail().contains("oh"), thrown.detail());
    TckResult off =
        run(s -> s.compare("update", "w", new float[] {1}, new double[] {2}, Tolerance.strict()));
    assertEquals(Status.FAILED, off.status());
    assertEquals(1, off.worst().orElseThrow().error());
  }

  @Test
  void aLeakingCaseFails() {
    TckResult leaked =
        run(
            s ->
                assertFalse(
                    Trials.initial(Networks.small(), 1, 1).open(s, true).tensors().isEmpty()));
    assertEquals(Status.FAILED, leaked.status());
    assertTrue(leaked.detail().contains("alive"), leaked.detail());
  }

  @Test
  void everyCaseIsToldAndListed() {
    List<String> told = new ArrayList<>();
    TckReport report =
        TckRunner.run(
            new ReferenceBackend(),
            ReferenceBackend.ID,
            BackendOptions.none(),
            SessionConfig.of(0),
            test -> test.id().startsWith("probe/"),
            (result, done, all) -> told.add(done + "/" + all + " " + result.name()));
    assertEquals(report.results().size(), told.size());
    assertEquals("1/5 report", told.get(0));
    List<String> table = report.table();
    assertTrue(table.get(0).startsWith("op "), table.get(0));
    assertTrue(table.get(table.size() - 1).contains("5 passed, 0 failed, 0 skipped"));
    assertTrue(table.stream().anyMatch(line -> line.contains("unknown-device")));
  }

  @Test
  void idsAreUnique() {
    Set<String> ids = new HashSet<>();
    TckSuite.cases().forEach(test -> assertTrue(ids.add(test.id()), test.id()));
    assertTrue(ids.size() > 200);
  }
}
