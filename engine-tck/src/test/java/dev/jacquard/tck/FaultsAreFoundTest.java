package dev.jacquard.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.reference.ReferenceBackend;
import dev.jacquard.tck.TckResult.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The suite refuses what is wrong: every fault fails in the group that is there to find it. */
class FaultsAreFoundTest {
  @TestFactory
  Stream<DynamicTest> everyFaultIsFound() {
    Map<String, Fault> faults = new LinkedHashMap<>(OpFaults.all());
    faults.putAll(BackendFaults.all());
    faults.putAll(DeviceFaults.all());
    return faults.entrySet().stream()
        .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> find(each)));
  }

  /** So that it is the fault that is found and not the way in which it is made. */
  @Test
  void withoutFaultTheSuitePasses() {
    TckReport report = run(new Fault() {}, "");
    assertTrue(report.conforms(), () -> String.join("\n", report.table()));
  }

  /** The reference has no option for threads; this one has. */
  @Test
  void threadsThatChangeNothingPass() {
    TckReport report = run(new DeviceFaults.Threads(false), "threads");
    assertTrue(report.conforms(), () -> String.join("\n", report.table()));
    assertEquals(3, report.count(Status.PASSED));
  }

  private static void find(Map.Entry<String, Fault> fault) {
    TckReport report = run(fault.getValue(), fault.getKey().split(":", 2)[0]);
    assertTrue(report.count(Status.FAILED) > 0, () -> String.join("\n", report.table()));
  }

  /** Runs a group, or all of them, but for the reference network's steps: they take long. */
  private static TckReport run(Fault fault, String group) {
    return TckRunner.run(
        new FaultyBackend(fault),
        ReferenceBackend.ID,
        BackendOptions.none(),
        SessionConfig.of(0),
        test ->
            (group.isEmpty() || test.group().equals(group))
                && !test.name().contains("reference-network"),
        (result, done, all) -> {});
  }
}
