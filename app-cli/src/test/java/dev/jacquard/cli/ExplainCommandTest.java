package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code explain}. */
class ExplainCommandTest {
  @TempDir Path folder;

  @Test
  void bothPlansAreShown() {
    Outcome outcome = Outcome.of("explain", "--backend", "cpu", "--network", Tiny.network(folder));
    assertEquals(0, outcome.status());
    assertTrue(outcome.out().startsWith("Network tiny on cpu ("), outcome.out());
    assertTrue(outcome.out().contains("), batch 16, fp32\n"), outcome.out());
    assertTrue(outcome.out().contains("\nTraining step: "), outcome.out());
    assertTrue(outcome.out().contains("\nInference: "), outcome.out());
    assertTrue(outcome.out().contains("\nFingerprint: "), outcome.out());
    String memory =
        "(?s).*, [^,]+ of memory of its own\n.*\nMemory on the device: [^(]+ \\(parameters and"
            + " optimiser [^,]+, activations, gradients and scratch [^)]+\\), without data\n";
    assertTrue(outcome.out().matches(memory), outcome.out());
    assertTrue(outcome.err().startsWith("Device: cpu ("), outcome.err());
  }

  @Test
  void kernelsThatSuitTheDeviceBadlyAreWarnedOf() {
    boolean processor =
        Outcome.of("devices").out().lines().anyMatch(line -> line.matches("opencl:0:0 +cpu .*"));
    assumeTrue(processor, "opencl:0:0 is no processor");
    Object[] explain = {"explain", "--backend", "opencl:0:0", "--opencl-kernels", "tiles"};
    Outcome outcome = Outcome.with(explain, "--network", Tiny.network(folder));
    assertEquals(
        "Warning: opencl:0:0 is a processor, and tiles are for graphics processors: it computes"
            + " many times slower than with rows, which auto takes\n",
        outcome.errWithoutDevice());
  }

  @Test
  void jsonHasBothPlans() {
    Outcome outcome =
        Outcome.of(
            "explain",
            "--backend",
            "cpu",
            "--network",
            Tiny.network(folder),
            "--batch-size",
            5,
            "--json");
    JsonNode json = outcome.json();
    assertEquals(5, json.get("batch_size").intValue());
    assertEquals("cpu", json.get("device").stringValue());
    for (String plan : new String[] {"training", "inference"}) {
      assertTrue(json.get(plan).get("stages").size() > 0);
      assertTrue(json.get(plan).get("launches").intValue() > 0);
      assertTrue(json.get(plan).get("fingerprint").isString());
    }
    assertTrue(json.get("memory").get("total_bytes").longValue() > 0);
  }
}
