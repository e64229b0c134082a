package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --plugins}: a layer and a backend that only jars in a folder know, each in its own. */
class PluginsTest {
  private static final String LAYER =
      """
      package acme;

      import dev.jacquard.graph.Op;
      import dev.jacquard.layer.*;
      import dev.jacquard.tensor.Shape;
      import java.util.List;

      public final class Squash implements LayerType {
        public String name() {
          return "acme:squash";
        }

        public Layer parse(Fields fields) {
          return new Squashed();
        }

        record Squashed() implements Layer {
          public String type() {
            return "acme:squash";
          }

          public Shape outputShape(List<Shape> inputs) {
            return Depth.ZERO.add(inputs.get(0));
          }

          public int lower(Lowering to) {
            return to.add(new Op.Activation(Op.Activation.Function.TANH, 0));
          }

          public void write(FieldWriter to) {}
        }
      }

      enum Depth {
        ZERO;

        Shape add(Shape shape) {
          return shape;
        }
      }
      """;

  private static final String BACKEND =
      """
      package acme;

      import dev.jacquard.backend.*;
      import java.util.List;
      import java.util.Map;

      public final class Loom implements BackendProvider {
        public String id() {
          return "loom";
        }

        public List<BackendOption<?>> options() {
          return List.of(BackendOption.of("warp", "N", "Threads along.", "1", text -> text));
        }

        public BackendReport probe(BackendOptions options) {
          DeviceInfo info =
              new DeviceInfo("loom", "a loom", DeviceInfo.Kind.CPU, "wood", 1024, Map.of());
          return BackendReport.of(
              "loom", List.of(DeviceReport.unusable(info, "it has no thread", "buy some")));
        }

        public Device open(String deviceId, BackendOptions options) {
          throw new IllegalStateException("never reached");
        }
      }
      """;

  @TempDir Path folder;
  private Path plugins;

  @BeforeEach
  void makeJars() throws IOException {
    plugins = Files.createDirectory(folder.resolve("plugins"));
    PluginJar.make(folder, plugins, "Squash", LAYER, "dev.jacquard.layer.LayerType");
    PluginJar.make(folder, plugins, "Loom", BACKEND, "dev.jacquard.backend.BackendProvider");
  }

  @Test
  void aLayerTrainsAndResumesAndEvaluates() throws IOException {
    Path network = folder.resolve("squashed.json");
    Tiny.write(
        network,
        Tiny.NETWORK.replace("\"ReLU\"", "\"acme:squash\"").getBytes(StandardCharsets.UTF_8));
    Path data = Tiny.data(folder);
    Path run = folder.resolve("run");
    Outcome trained =
        Outcome.of(
            "train",
            "--backend",
            "cpu",
            "--network",
            network,
            "--data",
            data,
            "--out",
            run,
            "--plugins",
            plugins,
            "--max-steps",
            2);
    assertEquals(0, trained.status(), trained.err());
    // The run knows its plug-ins.
    Outcome resumed = Outcome.of("train", "--resume", run);
    assertEquals(0, resumed.status(), resumed.err());
    Outcome evaluated = Outcome.of("evaluate", run, "--backend", "cpu", "--data", data);
    assertEquals(0, evaluated.status(), evaluated.err());
    Outcome without = Outcome.of("summary", "--network", network);
    assertEquals(1, without.status());
    assertTrue(
        without
            .err()
            .contains(
                "layers[4].type: unknown layer type \"acme:squash\", which is a plug-in's: put its jar on"
                    + " the class path or among the plug-ins (--plugins DIR); the types are "),
        without.err());
    assertTellsWhatIsGone(run, data);
  }

  /** Nobody gave {@code --plugins}: it is no wrong usage of it. */
  private void assertTellsWhatIsGone(Path run, Path data) throws IOException {
    Path moved = Files.move(plugins, folder.resolve("moved"));
    Outcome gone =
        new Outcome(
            1,
            "",
            "jacquard: "
                + run.resolve("run.json")
                + " names the folder of plug-ins "
                + plugins
                + ", which is gone; give the folder with --plugins DIR\n");
    Object[] evaluate = {"evaluate", run, "--backend", "cpu", "--data", data};
    assertEquals(gone, Outcome.of(evaluate));
    assertEquals(gone, Outcome.of("predict", run, data));
    assertEquals(gone, Outcome.of("report", run));
    assertEquals(gone, Outcome.of("serve", "--model", run));
    assertEquals(gone, Outcome.of("train", "--resume", run));
    assertEquals(0, Outcome.with(evaluate, "--plugins", moved).status());
    assertRunsNothingOfTheRunsOwn(run, moved, evaluate);
  }

  /** A run that was passed on must not bring code that is executed. */
  private void assertRunsNothingOfTheRunsOwn(Path run, Path jars, Object[] evaluate)
      throws IOException {
    Path inside = Files.move(jars, run.resolve("jars"));
    Path settings = run.resolve("run.json");
    String text = Files.readString(settings);
    assertTrue(text.contains("\"" + plugins + "\""), text);
    Path here = Path.of("").toAbsolutePath();
    Path aside = Files.createSymbolicLink(folder.resolve("aside"), inside);
    for (Path named : new Path[] {inside, here.relativize(inside), aside}) {
      Files.writeString(settings, text.replace("\"" + plugins + "\"", "\"" + named + "\""));
      Outcome refused = Outcome.of(evaluate);
      assertEquals(1, refused.status());
      assertTrue(
          refused.err().contains("expected one outside the run, by its absolute path"),
          refused.err());
    }
    assertEquals(0, Outcome.with(evaluate, "--plugins", inside).status());
  }

  /** A jar that was made against other classes than those that are there. */
  @Test
  void aLayerThatDoesNotLinkIsNamedWithItsJar() throws IOException {
    Path jar = plugins.resolve("Squash.jar");
    try (FileSystem contents = FileSystems.newFileSystem(jar)) {
      Files.delete(contents.getPath("acme/Depth.class"));
    }
    Path network = folder.resolve("squashed.json");
    Tiny.write(
        network,
        Tiny.NETWORK.replace("\"ReLU\"", "\"acme:squash\"").getBytes(StandardCharsets.UTF_8));
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: "
                + network
                + ": layers[4] \"squash\": layer type \"acme:squash\" of "
                + jar
                + " does not fit this version of the engine: java.lang.NoClassDefFoundError:"
                + " acme/Depth; compile it again with this version's jars, or remove it\n"),
        Outcome.of("summary", "--network", network, "--plugins", plugins));
  }

  @Test
  void aBackendIsFoundAndItsOptionsWithIt() {
    assertEquals(2, Outcome.of("devices", "--warp", 3).status());
    Outcome devices = Outcome.of("devices", "--plugins", plugins, "--warp", 3);
    assertEquals(0, devices.status(), devices.err());
    assertTrue(
        devices.out().contains("\nloom: not usable: it has no thread; buy some\n"), devices.out());
    assertTrue(Outcome.of("devices", "--plugins", plugins, "--help").out().contains("--warp=N"));
  }

  @Test
  void anUnusableDeviceIsRefusedWithItsReasonAndRemedy() {
    Outcome outcome = Outcome.of("explain", "--backend", "loom", "--plugins", plugins);
    assertEquals(1, outcome.status());
    List<String> lines = outcome.err().lines().toList();
    assertEquals("jacquard: backend loom is not a usable device; found:", lines.get(0));
    assertTrue(lines.contains("  loom (a loom): it has no thread; buy some"), outcome.err());
  }

  /** Nobody has to report it to us. */
  @Test
  void aFailureOfAPluginIsSaidToBeItsOwn() throws IOException {
    String fragile =
        BACKEND.replace(
            "DeviceReport.unusable(info, \"it has no thread\", \"buy some\")",
            "DeviceReport.ready(info, 1)");
    PluginJar.make(folder, plugins, "Loom", fragile, "dev.jacquard.backend.BackendProvider");
    Outcome outcome = Outcome.of("explain", "--backend", "loom", "--plugins", plugins);
    assertEquals(1, outcome.status());
    String line = outcome.err().lines().reduce("", (first, last) -> last);
    assertTrue(
        line.startsWith(
            "jacquard: a plug-in failed: java.lang.IllegalStateException: never reached at "),
        line);
    assertTrue(line.contains("acme.Loom.open(Loom.java:"), line);
    assertTrue(
        line.endsWith("; it must be repaired, or taken out of the folder of --plugins"), line);
  }

  /** Advice that a command has no option for is none. */
  @Test
  void wantOfMemoryIsToldWithWhatTheCommandHas() throws IOException {
    String greedy =
        BACKEND
            .replace(
                "DeviceReport.unusable(info, \"it has no thread\", \"buy some\")",
                "DeviceReport.ready(info, 1)")
            .replace("IllegalStateException", "OutOfMemoryError");
    PluginJar.make(folder, plugins, "Loom", greedy, "dev.jacquard.backend.BackendProvider");
    String remedy = "raise the heap with JACQUARD_JAVA_OPTS=-Xmx8g\n";
    String told = "jacquard: out of memory (never reached); ";
    Outcome explain = Outcome.of("explain", "--backend", "loom", "--plugins", plugins);
    assertTrue(
        explain.err().endsWith(told + "use a smaller --batch-size, or " + remedy), explain.err());
    Outcome verify = Outcome.of("verify", "--backend", "loom", "--plugins", plugins);
    assertTrue(verify.err().endsWith(told + remedy), verify.err());
  }

  /** It may be the one that is meant: no wrong usage, and what is wrong with it is said. */
  @Test
  void aBackendThatCannotBeLoadedIsToldWhereOneIsNotKnown() throws IOException {
    try (FileSystem jar = FileSystems.newFileSystem(plugins.resolve("Loom.jar"))) {
      Files.delete(jar.getPath("acme/Loom.class"));
    }
    Outcome outcome = Outcome.of("explain", "--backend", "loom", "--plugins", plugins);
    assertEquals(1, outcome.status());
    assertTrue(
        outcome
            .err()
            .contains(
                "\n  unknown: a provider could not be loaded: dev.jacquard.backend.BackendProvider:"
                    + " Provider acme.Loom not found; remove or update its jar"),
        outcome.err());
  }

  @Test
  void anOptionOfAnotherBackendIsWrongUsage() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: --warp is an option of loom, but --backend cpu chose cpu, which has no such \
            option; leave it out, or choose a backend that has it
            Run 'jacquard explain --help' for its usage.
            """),
        Outcome.of("explain", "--backend", "cpu", "--plugins", plugins, "--warp", 3));
  }

  @Test
  void aFolderThatIsNotThereIsWrongUsage() {
    Path missing = folder.resolve("missing");
    assertEquals(
        new Outcome(
            2,
            "",
            "jacquard: --plugins "
                + missing
                + ": expected a folder of jars, but there is no such folder; check the path\n"
                + "Run 'jacquard --help' for its usage.\n"),
        Outcome.of("devices", "--plugins", missing));
  }

  /** Else its layers and backends would seem unknown. */
  @Test
  void aFolderWithoutAJarIsWrongUsage() throws IOException {
    Path classes = folder.resolve("classes");
    Tiny.write(classes.resolve("Squash.class"), new byte[1]);
    assertEquals(
        new Outcome(
            2,
            "",
            "jacquard: --plugins "
                + classes
                + ": expected a folder of jars, received one without; give the folder that holds the"
                + " jars\nRun 'jacquard summary --help' for its usage.\n"),
        Outcome.of("summary", "--plugins", classes));
  }

  @Test
  void aJarInsteadOfItsFolderIsWrongUsage() throws IOException {
    Path jar = Files.createFile(folder.resolve("one.jar"));
    assertEquals(
        new Outcome(
            2,
            "",
            "jacquard: --plugins "
                + jar
                + ": expected a folder of jars, received a file; give the folder that holds the jars\n"
                + "Run 'jacquard --help' for its usage.\n"),
        Outcome.of("devices", "--plugins", jar));
  }

  @Test
  void aDamagedJarIsNotPassedOver() throws IOException {
    Path damaged = plugins.resolve("Torn.jar");
    Files.writeString(damaged, "torn");
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: --plugins: "
                + damaged
                + " is not a readable jar: zip END header not found; replace or remove it\n"),
        Outcome.of("summary", "--plugins", plugins));
  }
}
