package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that disappears in the middle of a training. */
class DeviceFailureTest {
  /** The processor, until the step of the system property {@code acme.fails} is reached. */
  private static final String BACKEND =
      """
      package acme;

      import dev.jacquard.backend.*;
      import dev.jacquard.graph.*;
      import java.lang.reflect.*;
      import java.util.*;

      public final class Brittle implements BackendProvider {
        private final BackendProvider sound =
            Devices.find(BackendProvider.class.getClassLoader(), Map.of()).providers().get("cpu");

        public String id() {
          return "brittle";
        }

        public List<BackendOption<?>> options() {
          return List.of();
        }

        public BackendReport probe(BackendOptions options) {
          DeviceInfo of = sound.probe(options).devices().get(0).info();
          DeviceInfo info =
              new DeviceInfo("brittle", of.name(), of.kind(), "1", of.memoryBytes(), Map.of());
          return BackendReport.of("brittle", List.of(DeviceReport.ready(info, 1)));
        }

        public Device open(String id, BackendOptions options) {
          return (Device) brittle(Device.class, sound.open("cpu", options));
        }

        private static Object brittle(Class<?> type, Object whole) {
          return Proxy.newProxyInstance(
              type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                if (method.getName().equals("run")
                    && ((Stretch) arguments[1]).firstStep() >= Long.getLong("acme.fails")) {
                  throw new DeviceException("brittle failed: it broke", null);
                }
                try {
                  Object result = method.invoke(whole, arguments);
                  return method.getName().matches("session|trainer")
                      ? brittle(method.getReturnType(), result)
                      : result;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
        }
      }
      """;

  @TempDir Path folder;
  private Path plugins;

  @BeforeEach
  void makeJar() throws IOException {
    plugins = Files.createDirectory(folder.resolve("plugins"));
    PluginJar.make(folder, plugins, "Brittle", BACKEND, "dev.jacquard.backend.BackendProvider");
  }

  /** Runs a command while the device fails at this step. */
  private static Outcome failingAt(int step, Object... args) {
    System.setProperty("acme.fails", Integer.toString(step));
    try {
      return Outcome.of(args);
    } finally {
      System.clearProperty("acme.fails");
    }
  }

  private Object[] train(Path run) {
    return new Object[] {
      "train",
      "--backend",
      "brittle",
      "--plugins",
      plugins,
      "--network",
      Tiny.network(folder),
      "--data",
      Tiny.data(folder),
      "--out",
      run,
      "--quiet"
    };
  }

  @Test
  void theLastCheckpointIsKeptAndGoneOnFromToTheSameBits() throws IOException {
    Path run = folder.resolve("run");
    Outcome failed = failingAt(8, train(run));
    Path checkpoint = run.resolve("checkpoint.safetensors");
    assertEquals(1, failed.status());
    assertEquals(
        "jacquard: brittle failed: it broke; that was after step 8 of 12; the last good checkpoint"
            + " is kept in "
            + checkpoint
            + ", go on from it\n",
        failed.err());
    assertTrue(Files.exists(checkpoint));
    assertFalse(Files.exists(run.resolve("model.safetensors")));

    Outcome resumed = failingAt(12, "train", "--resume", run);
    assertEquals(0, resumed.status(), resumed.err());
    Path whole = folder.resolve("whole");
    assertEquals(0, failingAt(12, train(whole)).status());
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("model.safetensors")),
        Files.readAllBytes(run.resolve("model.safetensors")));
  }

  @Test
  void beforeTheFirstCheckpointNothingIsPromised() {
    Outcome failed = failingAt(0, train(folder.resolve("run")));
    assertEquals(1, failed.status());
    assertEquals(
        "jacquard: brittle failed: it broke; that was after step 0 of 12; no checkpoint was written"
            + " before, train again\n",
        failed.err());
  }
}
