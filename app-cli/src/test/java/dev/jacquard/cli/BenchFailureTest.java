package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench} on a device that disappears before all is measured. */
class BenchFailureTest {
  /**
   * The processor, which classifies for the comparison with the reference and then no more, and
   * whose roofline can be measured once.
   */
  private static final String BACKEND =
      """
      package acme;

      import dev.jacquard.backend.*;
      import java.lang.reflect.*;
      import java.util.*;

      public final class Fading implements BackendProvider {
        private final BackendProvider sound =
            Devices.find(BackendProvider.class.getClassLoader(), Map.of()).providers().get("cpu");
        private boolean probed;
        private boolean classified;

        public String id() {
          return "fading";
        }

        public List<BackendOption<?>> options() {
          return List.of();
        }

        public BackendReport probe(BackendOptions options) {
          DeviceInfo of = sound.probe(options).devices().get(0).info();
          DeviceInfo info =
              new DeviceInfo("fading", of.name(), of.kind(), "1", of.memoryBytes(), Map.of());
          return BackendReport.of("fading", List.of(DeviceReport.ready(info, 1)));
        }

        public Device open(String id, BackendOptions options) {
          return (Device) fading(Device.class, sound.open("cpu", options));
        }

        private Object fading(Class<?> type, Object whole) {
          return Proxy.newProxyInstance(
              type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                if (method.getName().equals("roofline") && !probed) {
                  probed = true;
                  return Optional.of(new Roofline(4e15, 1e12));
                }
                if (method.getName().equals("predictor") && !classified) {
                  classified = true;
                  return method.invoke(whole, arguments);
                }
                if (method.getName().matches("roofline|predictor")) {
                  throw new DeviceException("fading failed: no " + method.getName(), null);
                }
                try {
                  Object result = method.invoke(whole, arguments);
                  return method.getName().equals("session")
                      ? fading(method.getReturnType(), result)
                      : result;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
        }
      }
      """;

  @TempDir Path folder;

  @Test
  void whatWasMeasuredBeforeIsToldAllTheSame() throws IOException {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    PluginJar.make(folder, plugins, "Fading", BACKEND, "dev.jacquard.backend.BackendProvider");
    Path file = folder.resolve("bench.json");
    Object[] command = {
      "bench",
      "--backend",
      "fading",
      "--plugins",
      plugins,
      "--network",
      Tiny.network(folder),
      "--data",
      Tiny.data(folder),
      "--seconds",
      1
    };
    Outcome outcome = Outcome.with(command, "--batch-size", 16, "--json", file);
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("jacquard: fading failed: no predictor\n"), outcome.err());
    assertTrue(
        outcome
            .err()
            .contains("\nThe roofline could not be measured: fading failed: no roofline\n"),
        outcome.err());
    assertTrue(outcome.out().contains("\nThe device does at most 4.00 PFLOP/s"), outcome.out());
    assertTrue(outcome.out().contains("\nStages of a training step, batch 16: "), outcome.out());

    JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
    assertEquals("fading failed: no predictor", json.get("failure").stringValue());
    assertEquals(4e15, json.get("roofline").get("flops_per_second").doubleValue());
    assertEquals(1, json.get("training").size());
    assertEquals(0, json.get("inference").size());
    assertTrue(json.get("first_step").has("first"));
    assertFalse(json.get("first_step").has("again"));
  }

  /** The processor, each of whose probabilities is off by a little. */
  private static final String WRONG =
      """
      package acme;

      import dev.jacquard.backend.*;
      import java.lang.reflect.*;
      import java.util.*;

      public final class Wrong implements BackendProvider {
        private final BackendProvider sound =
            Devices.find(BackendProvider.class.getClassLoader(), Map.of()).providers().get("cpu");

        public String id() {
          return "wrong";
        }

        public List<BackendOption<?>> options() {
          return List.of();
        }

        public BackendReport probe(BackendOptions options) {
          DeviceInfo of = sound.probe(options).devices().get(0).info();
          DeviceInfo info =
              new DeviceInfo("wrong", of.name(), of.kind(), "1", of.memoryBytes(), Map.of());
          return BackendReport.of("wrong", List.of(DeviceReport.ready(info, 1)));
        }

        public Device open(String id, BackendOptions options) {
          return (Device) wrong(Device.class, sound.open("cpu", options));
        }

        private Object wrong(Class<?> type, Object whole) {
          return Proxy.newProxyInstance(
              type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                if (method.getName().equals("info")) {
                  return probe(BackendOptions.none()).devices().get(0).info();
                }
                Object result = method.invoke(whole, arguments);
                if (method.getName().equals("predict")) {
                  float[] probabilities = (float[]) arguments[3];
                  for (int i = 0; i < probabilities.length; i++) {
                    probabilities[i] += 1e-3f;
                  }
                }
                return method.getName().matches("session|predictor")
                    ? wrong(method.getReturnType(), result)
                    : result;
              });
        }
      }
      """;

  @Test
  void aDeviceThatComputesSomethingElseIsNotMeasured() throws IOException {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    PluginJar.make(folder, plugins, "Wrong", WRONG, "dev.jacquard.backend.BackendProvider");
    Path file = folder.resolve("bench.json");
    Object[] command = {
      "bench",
      "--backend",
      "wrong",
      "--plugins",
      plugins,
      "--network",
      Tiny.network(folder),
      "--data",
      Tiny.data(folder),
      "--seconds",
      1
    };
    Outcome outcome = Outcome.with(command, "--json", file);
    assertEquals(1, outcome.status());
    assertEquals("", outcome.out());
    assertFalse(Files.exists(file));
    String line = outcome.err().lines().reduce((one, next) -> next).orElse("");
    assertTrue(
        line.startsWith(
            "jacquard: wrong computes something else than the reference, so nothing is measured:"
                + " forward probabilities: error 0.00100, allowed "),
        line);
    assertTrue(line.endsWith("; \"jacquard verify --backend wrong\" says in which ops"), line);
  }
}
