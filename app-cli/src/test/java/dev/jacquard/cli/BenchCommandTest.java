package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench}. */
class BenchCommandTest {
  @TempDir Path folder;

  private Outcome bench(Object... more) {
    Object[] always = {
      "bench", "--backend", "cpu", "--network", Tiny.network(folder), "--data", Tiny.data(folder)
    };
    return Outcome.with(always, more);
  }

  @Test
  void trainingAndInferenceAreMeasuredWithTheirStages() throws IOException {
    Path file = folder.resolve("bench.json");
    Outcome outcome =
        bench(
            "--batch-size",
            "16, 60",
            "--inference-batch-size",
            8,
            "--json",
            file,
            "--threads",
            1,
            "--seconds",
            // A sixth of it is a round's, which a busy machine must not cut short.
            120);
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().startsWith("Network tiny on cpu ("), outcome.out());
    assertTrue(
        outcome
            .out()
            .contains(
                "\nWith --seed 1 --seconds 120.0 --threads 1 --cpu-kernels auto --winograd none\n"),
        outcome.out());
    assertTrue(outcome.out().contains("\nThe device does at most "), outcome.out());
    assertTrue(outcome.out().contains(" rounds of 4 steps\n"), outcome.out());
    assertTrue(outcome.out().contains(" rounds of 3 batches\n"), outcome.out());
    assertTrue(outcome.out().contains("\nStages of a training step, batch 60: "), outcome.out());
    assertTrue(outcome.out().contains("\nStages of an inference, batch 8: "), outcome.out());
    assertTrue(outcome.out().contains("Of roofline"), outcome.out());
    assertTrue(outcome.err().contains("\nMeasuring training, batch 60 ...\n"), outcome.err());

    assertTrue(outcome.out().contains("\nVerified in "), outcome.out());
    assertTrue(outcome.out().contains("\nHost memory: heap "), outcome.out());
    assertTrue(outcome.out().contains("\nfirst in this process "), outcome.out());
    assertTrue(outcome.out().contains("\nagain "), outcome.out());

    JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
    checkSetting(json);
    assertEquals("cpu", json.get("device").stringValue());
    assertEquals("1", json.get("backend_options").get("threads").stringValue());
    assertEquals("auto", json.get("backend_options").get("cpu-kernels").stringValue());
    assertEquals(1, json.get("seed").intValue());
    assertEquals(120, json.get("seconds").doubleValue());
    assertFalse(json.has("steps"));
    assertFalse(json.has("failure"));
    assertTrue(json.get("roofline").get("flops_per_second").doubleValue() > 0);
    assertEquals(2, json.get("training").size());
    JsonNode first = json.get("training").get(0);
    assertEquals(16, first.get("batch_size").intValue());
    assertEquals(4, first.get("batches_a_round").intValue());
    assertFalse(first.get("extrapolated").booleanValue());
    double step = first.get("step_seconds").get("median").doubleValue();
    assertTrue(first.get("step_seconds").get("min").doubleValue() <= step);
    assertTrue(step <= first.get("step_seconds").get("max").doubleValue());
    assertEquals(4 * step, first.get("epoch_seconds").doubleValue(), 1e-9);
    assertEquals(
        Tiny.TRAINING / (4 * step), first.get("images_per_second").doubleValue(), 1e-3 / step);
    assertTrue(first.get("profiled_batches").intValue() >= 5);
    JsonNode memory = first.get("device_memory");
    assertTrue(memory.get("data_bytes").longValue() >= Tiny.TRAINING * 784L, memory.toString());
    assertTrue(memory.get("total_bytes").longValue() > memory.get("data_bytes").longValue());
    double shares = 0;
    long flops = 0;
    for (JsonNode stage : first.get("stages")) {
      assertTrue(stage.get("seconds").doubleValue() > 0, stage.toString());
      assertTrue(stage.get("bytes").longValue() >= 0, stage.toString());
      assertEquals(1, stage.get("runs").doubleValue(), stage.toString());
      assertTrue(stage.get("seconds_min").doubleValue() <= stage.get("seconds_max").doubleValue());
      shares += stage.get("share").doubleValue();
      flops += stage.get("flops").longValue();
    }
    assertTrue(flops > 0);
    assertEquals(1, shares, 1e-9);
    JsonNode inference = json.get("inference").get(0);
    assertEquals(Tiny.TEST, inference.get("images").intValue());
    assertTrue(inference.get("stages").size() > 0);
  }

  private static void checkSetting(JsonNode json) {
    assertEquals("jacquard-bench", json.get("format").stringValue());
    assertEquals(1, json.get("format_version").intValue());
    for (String key :
        List.of(
            "measured_at",
            "network_sha256",
            "device_name",
            "driver",
            "commit",
            "version",
            "java",
            "jvm",
            "os")) {
      assertFalse(json.get(key).stringValue().isEmpty(), key);
    }
    double resolution = json.get("clock").get("resolution_seconds").doubleValue();
    assertTrue(resolution > 0 && resolution < 0.02, json.get("clock").toString());
    assertTrue(json.get("host_memory").get("heap_bytes").longValue() > 0);
    JsonNode worst = json.get("verification").get("worst");
    assertTrue(worst.get("error").doubleValue() <= worst.get("allowed").doubleValue());
    JsonNode steps = json.get("first_step");
    assertEquals(16, steps.get("batch_size").intValue());
    assertFalse(steps.get("program_cache").booleanValue());
    for (String which : List.of("first", "again")) {
      double sum = 0;
      for (String part : List.of("open", "session", "upload", "compile", "step")) {
        assertTrue(steps.get(which).get(part).doubleValue() > 0, steps.toString());
        sum += steps.get(which).get(part).doubleValue();
      }
      assertEquals(sum, steps.get(which).get("total").doubleValue(), 1e-9);
    }
  }

  /** Not those that the data has no samples for. */
  @Test
  void theUsualSizesAreMeasuredByDefault() {
    Outcome outcome = bench("--seconds", 0.2, "--quiet");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().contains("\nStages of a training step, batch 1: "), outcome.out());
    assertFalse(outcome.out().contains("\nStages of a training step, batch 64"), outcome.out());
    assertTrue(outcome.out().contains("\nStages of an inference, batch 1: "), outcome.out());
    assertEquals("", outcome.err());
  }

  @Test
  void theReportMayGoThroughAPipe() {
    Outcome outcome =
        bench("--batch-size", 16, "--inference-batch-size", 8, "--seconds", 0.2, "--json", "-");
    assertEquals("tiny", outcome.json().get("network").stringValue());
    assertTrue(outcome.err().contains("\nMeasuring training, batch 16 ...\n"), outcome.err());
  }

  @Test
  void whatIsMeasuredInPartIsSaidToBe() {
    Outcome outcome =
        bench("--batch-size", 16, "--inference-batch-size", 8, "--steps", 1, "--seconds", 2);
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(
        outcome.out().contains(" rounds of 1 of 4 steps, the rest extrapolated\n"), outcome.out());
    assertTrue(
        outcome.out().contains(" rounds of 1 of 3 batches, the rest extrapolated\n"),
        outcome.out());
  }

  @Test
  void aBatchThatIsLargerThanTheDataSetIsRefused() {
    Outcome outcome = bench("--batch-size", "16,61");
    assertEquals(1, outcome.status());
    assertEquals("", outcome.out());
    assertEquals(
        "jacquard: --batch-size 61 is more than the data set's 60 samples; use 60 or less\n",
        outcome.err());
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: --inference-batch-size 21 is more than the data set's 20 samples; use 20 or"
                + " less\n"),
        bench("--batch-size", 16, "--inference-batch-size", "8,21"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"16,", ",16", "16,,60", "16, ", "16;60", "0"})
  void whatIsNoListOfSizesIsRefused(String sizes) {
    Outcome outcome = bench("--batch-size", sizes);
    assertEquals(2, outcome.status(), outcome.err());
    assertTrue(outcome.err().contains("expected a whole number from 1 to "), outcome.err());
  }
}
