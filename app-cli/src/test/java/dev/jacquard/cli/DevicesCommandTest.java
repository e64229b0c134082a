package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code devices}, and the choice of one. */
class DevicesCommandTest {
  @TempDir Path folder;

  @Test
  void theProcessorIsThere() {
    Outcome outcome = Outcome.of("devices");
    assertEquals(0, outcome.status());
    assertTrue(
        outcome.out().lines().anyMatch(line -> line.startsWith("cpu ") && line.endsWith(" yes")),
        outcome.out());
  }

  @Test
  void jsonHasWhatTheTableHas() {
    JsonNode json = Outcome.of("devices", "--json").json();
    JsonNode cpu = null;
    for (JsonNode device : json.get("devices")) {
      cpu = device.get("id").stringValue().equals("cpu") ? device : cpu;
    }
    assertEquals("cpu", cpu.get("kind").stringValue());
    assertEquals("cpu", cpu.get("backend").stringValue());
    assertEquals(200, cpu.get("rank").intValue());
    assertTrue(cpu.get("usable").booleanValue());
    assertTrue(cpu.get("reason").isNull());
    assertTrue(cpu.get("memory").longValue() > 0);
    assertTrue(cpu.get("driver").isString());
    assertTrue(json.get("backends").size() >= 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"explain", "train", "bench", "tune", "verify"})
  void anUnknownBackendIsWrongUsage(String command) {
    String line =
        "jacquard: --backend: expected auto, cpu, opencl or the id of a device that \"jacquard"
            + " devices\" lists, received %s\nRun 'jacquard %s --help' for its usage.\n";
    // Before the data is looked for, or even fetched.
    Object[] first = {command, "--data", folder.resolve("none"), "--backend"};
    for (String backend : List.of("abacus", "abacus:0", "CPU")) {
      assertEquals(
          new Outcome(2, "", line.formatted(backend, command)), Outcome.with(first, backend));
    }
  }

  @Test
  void anUnknownDeviceOfAKnownBackendIsAFailureThatListsWhatThereIs() {
    Outcome outcome = Outcome.of("explain", "--backend", "cpu:7");
    assertEquals(1, outcome.status());
    assertEquals("", outcome.out());
    assertTrue(outcome.err().contains("\n  cpu ("), outcome.err());
    assertTrue(
        outcome.err().startsWith("jacquard: backend cpu:7 is not a usable device; found:\n"),
        outcome.err());
  }

  @Test
  void aWrongValueOfABackendsOptionIsWrongUsage() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: --threads: expected a number of threads from 1 to 1024, received none
            Run 'jacquard devices --help' for its usage.
            """),
        Outcome.of("devices", "--threads", "none"));
  }

  @Test
  void anUnknownPrecisionIsWrongUsage() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: Invalid value for option '--precision': expected fp32, tf32 or tf32x3, \
            received fp16
            Run 'jacquard explain --help' for its usage.
            """),
        Outcome.of("explain", "--precision", "fp16"));
  }
}
