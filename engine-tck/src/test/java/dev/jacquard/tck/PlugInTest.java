package dev.jacquard.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Devices;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.graph.Graph;
import dev.jacquard.layer.LayerType;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import dev.jacquard.tck.TckResult.Status;
import dev.jacquard.tensor.DType;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A third backend and a new layer, each found from a jar of its own and used without a change to
 * anything else.
 */
class PlugInTest {
  private static final String NETWORK =
      "{'name': 'with-plug-in', 'input_shape': [5, 4, 2], 'layers': ["
          + "{'type': 'Conv2D', 'filters': 3, 'kernel_size': 3},"
          + "{'type': 'acme:scale', 'factor': 1.5, 'name': 'scale'},"
          + "{'type': 'Flatten'}, {'type': 'Dense', 'units': 3, 'activation': 'softmax'}]}";

  @TempDir private Path folder;
  private URL backendJar;
  private URL layerJar;

  @BeforeEach
  void packJars() throws Exception {
    backendJar =
        jar("backend", classes("backend"), BackendProvider.class, "acme.backend.AcmeBackend");
    layerJar = jar("layer", classes("layer"), LayerType.class, "acme.layer.ScaleType");
  }

  /** The compiled classes of package {@code acme.NAME}. */
  private static List<Path> classes(String name) throws Exception {
    URI root = PlugInTest.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    try (Stream<Path> found = Files.list(Path.of(root).resolve("acme").resolve(name))) {
      return found.toList();
    }
  }

  /** Packs classes of {@code acme.NAME} and an announcement of a provider. */
  private URL jar(String name, List<Path> classes, Class<?> service, String provider)
      throws IOException {
    Path jar = folder.resolve("acme-" + name + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (Path each : classes) {
        out.putNextEntry(new JarEntry("acme/" + name + "/" + each.getFileName()));
        Files.copy(each, out);
      }
      out.putNextEntry(new JarEntry("META-INF/services/" + service.getName()));
      out.write(provider.getBytes(StandardCharsets.UTF_8));
    }
    return jar.toUri().toURL();
  }

  /** The class path of a user: this one without the plug-ins' classes, and these jars. */
  private static URLClassLoader loader(URL... jars) {
    ClassLoader without =
        new ClassLoader(PlugInTest.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("acme.")) {
              throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
          }
        };
    return new URLClassLoader(jars, without);
  }

  private static URL origin(Object object) {
    return object.getClass().getProtectionDomain().getCodeSource().getLocation();
  }

  @Test
  void aBackendIsFoundAndConforms() throws IOException {
    try (URLClassLoader loader = loader(backendJar)) {
      Devices devices = Devices.find(loader, Map.of());
      BackendProvider provider = devices.providers().get("acme");
      assertEquals(backendJar, origin(provider));
      String id = devices.choose("acme").info().id();
      TckReport report =
          TckRunner.run(
              provider,
              id,
              BackendOptions.none(),
              SessionConfig.of(0),
              test -> List.of("dense", "probe", "lifecycle").contains(test.group()),
              (result, done, all) -> {});
      assertTrue(report.conforms(), () -> String.join("\n", report.table()));
      assertTrue(report.count(Status.PASSED) > 15);
    }
  }

  @Test
  void aLayerIsFoundAndTrainsOnAnyBackend() throws IOException {
    try (URLClassLoader loader = loader(backendJar, layerJar)) {
      LayerTypes types = LayerTypes.load(loader);
      Network network = Network.parse(NETWORK.replace('\'', '"'), types);
      assertEquals(layerJar, origin(network.layers().get(1).layer()));
      assertEquals(network, Network.parse(network.toJson(), types));
      Graph graph = network.lower(DType.F32);
      assertEquals(3, graph.parameter("scale/weight").shape().elements());
      Devices devices = Devices.find(loader, Map.of());
      BackendProvider provider = devices.providers().get("acme");
      try (Device device = devices.open(devices.choose("acme"))) {
        TckCase test = new TckCase("plug-in", "scale", s -> Trials.real(graph, 4, 6).run(s));
        TckResult result =
            TckRunner.run(test, provider, BackendOptions.none(), device, SessionConfig.of(0));
        assertEquals(Status.PASSED, result.status(), result.detail());
      }
    }
  }

  @Test
  void withoutTheJarsNothingIsFound() throws IOException {
    try (URLClassLoader loader = loader()) {
      assertFalse(Devices.find(loader, Map.of()).providers().containsKey("acme"));
      assertFalse(LayerTypes.load(loader).names().contains("acme:scale"));
    }
  }

  @Test
  void aBrokenJarDoesNotHideTheOthers() throws Exception {
    URL broken = jar("broken", List.of(), BackendProvider.class, "acme.Missing");
    try (URLClassLoader loader = loader(broken, backendJar)) {
      Devices devices = Devices.find(loader, Map.of());
      assertEquals("acme:0", devices.choose("acme").info().id());
      assertTrue(
          devices.reports().stream()
              .flatMap(report -> report.problem().stream())
              .anyMatch(problem -> problem.contains("acme.Missing")));
    }
  }
}
