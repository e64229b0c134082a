package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Makes plug-ins, as their authors do. */
final class PluginJar {
  private PluginJar() {}

  /**
   * Compiles a class of the package {@code acme} and packs it.
   *
   * @param work for the files between
   * @param plugins where the jar goes
   * @param type the class
   * @param service that it provides
   */
  static void make(Path work, Path plugins, String type, String source, String service)
      throws IOException {
    Path file = work.resolve(type).resolve(type + ".java");
    Tiny.write(file, source.getBytes(StandardCharsets.UTF_8));
    Path classes = work.resolve(type).resolve("classes");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                file.toString());
    assertEquals(0, status);
    Tiny.write(
        classes.resolve("META-INF/services").resolve(service),
        ("acme." + type + "\n").getBytes(StandardCharsets.UTF_8));
    try (JarOutputStream jar =
            new JarOutputStream(Files.newOutputStream(plugins.resolve(type + ".jar")));
        Stream<Path> files = Files.walk(classes)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(each).toString().replace('\\', '/')));
        Files.copy(each, jar);
      }
    }
  }
}
