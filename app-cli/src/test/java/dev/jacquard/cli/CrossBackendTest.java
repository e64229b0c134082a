package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Models move between backends, and are as good there, to the image. */
class CrossBackendTest {
  private static final int STEPS = 40;

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void find() {
    boolean all = "all".equals(System.getProperty("jacquard.require"));
    String own = System.getenv().getOrDefault("FASHION_MNIST_DIR", "");
    data = Path.of(own.isEmpty() ? "/usr/share/datasets/fashion-mnist" : own);
    boolean device = Outcome.with(new Object[] {"explain"}, "--backend", "opencl").status() == 0;
    assertTrue(!all || (device && Files.exists(data)), "no OpenCL device, or no images");
    assumeTrue(device, "there is no OpenCL device");
    assumeTrue(Files.exists(data), "there are no images in " + data);
  }

  private Path train(String backend) {
    Path run = folder.resolve(backend);
    Object[] command = {"train", "--backend", backend, "--data", data, "--out", run, "--quiet"};
    Outcome trained = Outcome.with(command, "--max-steps", STEPS);
    assertEquals(0, trained.status(), trained.err());
    return run;
  }

  private JsonNode evaluate(Path run, String backend) {
    Object[] command = {"evaluate", run, "--backend", backend, "--data", data, "--quiet"};
    return Outcome.with(command, "--json").json();
  }

  @Test
  void aModelIsAsGoodOnEveryBackend() {
    for (String trainer : new String[] {"cpu", "opencl"}) {
      Path run = train(trainer);
      JsonNode cpu = evaluate(run, "cpu");
      JsonNode opencl = evaluate(run, "opencl");
      assertEquals(cpu.get("test_accuracy"), opencl.get("test_accuracy"), "trained on " + trainer);
      assertEquals(cpu.get("confusion_matrix"), opencl.get("confusion_matrix"));
      double loss = cpu.get("test_loss").doubleValue();
      assertEquals(loss, opencl.get("test_loss").doubleValue(), 1e-5 * loss);
    }
  }
}
