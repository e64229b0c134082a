package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench} on an OpenCL device, and its results beside each other. */
class BenchOpenClTest {
  @TempDir Path folder;

  @Test
  void stagesAreHeldAgainstTheDevicesRoofline() throws IOException {
    Path network = Tiny.network(folder);
    Object[] explain = {"explain", "--backend", "opencl", "--network", network};
    boolean device = Outcome.of(explain).status() == 0;
    boolean all = "all".equals(System.getProperty("jacquard.require"));
    assertTrue(!all || device, "there is no OpenCL device");
    assumeTrue(device, "there is no OpenCL device");
    Path file = folder.resolve("bench.json");
    Object[] bench = {
      "bench",
      "--backend",
      "opencl",
      "--network",
      network,
      "--data",
      Tiny.data(folder),
      "--seconds",
      0.5,
      "--batch-size",
      16,
      "--inference-batch-size",
      8,
      "--json",
      file
    };
    Outcome outcome = Outcome.of(bench);
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().contains("\nVerified in "), outcome.out());
    assertTrue(outcome.out().contains("\nagain, programs kept "), outcome.out());

    JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
    assertTrue(json.get("first_step").get("program_cache").booleanValue());
    assertTrue(json.get("roofline").get("flops_per_second").doubleValue() > 0);
    for (String kind : new String[] {"training", "inference"}) {
      JsonNode of = json.get(kind).get(0);
      assertEquals(of.get("launches").intValue(), of.get("stages").size());
      double shares = 0;
      for (JsonNode stage : of.get("stages")) {
        assertEquals(1, stage.get("runs").doubleValue(), stage.toString());
        assertTrue(stage.get("roofline_share").doubleValue() > 0, stage.toString());
        shares += stage.get("share").doubleValue();
      }
      assertEquals(1, shares, 1e-9);
    }

    Outcome compared = Outcome.of("bench", "--compare", file, file);
    assertEquals(0, compared.status(), compared.err());
    assertTrue(compared.out().contains("\nStages: 0 of "), compared.out());
  }
}
