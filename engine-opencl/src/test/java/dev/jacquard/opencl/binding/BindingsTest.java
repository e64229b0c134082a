package dev.jacquard.opencl.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads in processes of its own, as libraries cannot be loaded anew. */
final class BindingsTest {
  private static final String NO_LWJGL = "-Dorg.lwjgl.libname=/nonexistent/liblwjgl.so";

  /** A temporary folder that is a file. */
  private static final String NO_JOCL =
      "-Djava.io.tmpdir=" + Path.of(System.getProperty("java.home"), "release");

  /** Asks twice for a binding, and prints which it gets, or why not. */
  public static void main(String[] arguments) {
    for (int i = 0; i < 2; i++) {
      try {
        ClApi cl = Bindings.of(arguments[0]);
        System.out.println(cl.getClass().getSimpleName() + " " + !cl.platforms().isEmpty());
      } catch (BindingException e) {
        System.out.println(e.problem());
        System.out.println(e.remedy());
      }
    }
  }

  @Test
  void autoIsLwjgl() throws Exception {
    assertEquals(List.of("LwjglApi true", "LwjglApi true"), load("auto"));
    assertEquals("auto", Bindings.NAMES.get(0));
  }

  @Test
  void autoFallsOverToJoclAndSaysSoOnce() throws Exception {
    List<String> lines = load("auto", NO_LWJGL);
    List<String> log = lines.stream().filter(line -> line.startsWith("INFO: ")).toList();
    assertEquals(1, log.size(), lines.toString());
    assertTrue(
        log.get(0).startsWith("INFO: LWJGL's native library cannot be loaded ("), log.get(0));
    assertTrue(log.get(0).endsWith("); OpenCL is called through JOCL"), log.get(0));
    assertEquals(2, lines.stream().filter("JoclApi true"::equals).count(), lines.toString());
  }

  @Test
  void explainsThatNeitherLoads() throws Exception {
    List<String> lines = load("auto", NO_LWJGL, NO_JOCL);
    List<String> problems =
        lines.stream().filter(line -> line.startsWith("LWJGL's native library")).toList();
    assertEquals(2, problems.size(), lines.toString());
    assertTrue(
        problems.get(0).contains("); JOCL's native library cannot be loaded ("), lines::toString);
    assertTrue(lines.contains("let the temporary folder (-Djava.io.tmpdir) hold libraries"));
  }

  @Test
  void explainsThatJoclDoesNotLoadAsOftenAsItIsAsked() throws Exception {
    List<String> lines = load("jocl", NO_JOCL);
    assertEquals(4, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith("JOCL's native library cannot be loaded ("), lines.get(0));
    assertTrue(lines.get(0).contains("release"), lines.get(0));
    assertEquals(lines.subList(0, 2), lines.subList(2, 4));
  }

  @Test
  void joclLoadsNothingThatLiesInTheTemporaryFolder(@TempDir Path folder) throws Exception {
    String name = System.mapLibraryName("JOCL_2_0_6-linux-x86_64");
    Path planted = Files.writeString(folder.resolve(name), "not a library");
    String expected = "JoclApi true";
    assertEquals(List.of(expected, expected), load("jocl", "-Djava.io.tmpdir=" + folder));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(planted), files.filter(Files::isRegularFile).toList());
    }
  }

  @Test
  void explainsThatJoclFindsNoLoader() {
    BindingException e =
        JoclLoading.explain(
            new UnsatisfiedLinkError(
                "Could not initialize native OpenCL library. Implementation library could not be"
                    + " loaded"));
    assertEquals("no OpenCL loader", e.problem());
  }

  @Test
  void explainsThatThereIsNoJocl() {
    BindingException e = JoclLoading.explain(new NoClassDefFoundError("org/jocl/CL"));
    assertEquals("JOCL's native library cannot be loaded (org/jocl/CL)", e.problem());
  }

  @Test
  void refusesAnotherName() {
    BindingException e = assertThrows(BindingException.class, () -> Bindings.of("jcuda"));
    assertEquals(
        "no OpenCL binding is called jcuda: expected one of auto, lwjgl, jocl", e.getMessage());
  }

  private static List<String> load(String name, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-Djava.util.logging.SimpleFormatter.format=%4$s: %5$s%n");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(BindingsTest.class.getName());
    command.add(name);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), printed);
    // A newer JVM warns of native access.
    return printed.lines().filter(line -> !line.startsWith("WARNING: ")).toList();
  }
}
