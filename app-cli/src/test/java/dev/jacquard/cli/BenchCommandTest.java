package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      "bench",
      "--backend",
      "cpu",
      "--network",
      Tiny.network(folder),
      "--data",
      Tiny.data(folder),
      "--seconds",
      8
    };
    return Outcome.with(always, more);
  }

  @Test
  void trainingAndInferenceAreMeasuredWithTheirStages() throws IOException {
    Path file = folder.resolve("bench.json");
    Outcome outcome =
        bench(
            "--batch-size", "16, 60", "--inference-batch-size", 8, "--json", file, "--threads", 1);
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().startsWith("Network tiny on cpu ("), outcome.out());
    assertTrue(
        outcome.out().contains("\nWith --seed 1 --seconds 8.0 --threads 1 --cpu-kernels auto\n"),
        outcome.out());
    assertTrue(outcome.out().contains("\nNo roofline: "), outcome.out());
    assertTrue(outcome.out().contains(" rounds of 4 steps\n"), outcome.out());
    assertTrue(outcome.out().contains(" rounds of 3 batches\n"), outcome.out());
    assertTrue(outcome.out().contains("\nStages of a training step, batch 60: "), outcome.out());
    assertTrue(outcome.out().contains("\nStages of an inference, batch 8: "), outcome.out());
    assertFalse(outcome.out().contains("Of roofline"), outcome.out());
    assertTrue(outcome.err().contains("\nMeasuring training, batch 60 ...\n"), outcome.err());

    JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
    assertEquals("cpu", json.get("device").stringValue());
    assertEquals("1", json.get("backend_options").get("threads").stringValue());
    assertEquals("auto", json.get("backend_options").get("cpu-kernels").stringValue());
    assertEquals(1, json.get("seed").intValue());
    assertEquals(8, json.get("seconds").doubleValue());
    assertFalse(json.has("steps"));
    assertFalse(json.has("failure"));
    assertFalse(json.has("roofline"));
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
    double shares = 0;
    long flops = 0;
    for (JsonNode stage : first.get("stages")) {
      assertTrue(stage.get("seconds").doubleValue() > 0, stage.toString());
      assertTrue(stage.get("bytes").longValue() >= 0, stage.toString());
      shares += stage.get("share").doubleValue();
      flops += stage.get("flops").longValue();
    }
    assertTrue(flops > 0);
    assertEquals(1, shares, 1e-9);
    JsonNode inference = json.get("inference").get(0);
    assertEquals(Tiny.TEST, inference.get("images").intValue());
    assertTrue(inference.get("stages").size() > 0);
  }

  @Test
  void whatIsMeasuredInPartIsSaidToBe() {
    Outcome outcome = bench("--batch-size", 16, "--inference-batch-size", 8, "--steps", 1);
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
  }

  @ParameterizedTest
  @ValueSource(strings = {"16,", ",16", "16,,60", "16, ", "16;60", "0"})
  void whatIsNoListOfSizesIsRefused(String sizes) {
    Outcome outcome = bench("--batch-size", sizes);
    assertEquals(2, outcome.status(), outcome.err());
    assertTrue(outcome.err().contains("expected a whole number from 1 to "), outcome.err());
  }
}
