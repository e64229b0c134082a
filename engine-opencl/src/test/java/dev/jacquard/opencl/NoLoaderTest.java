package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendReport;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Probes in processes of their own, as libraries cannot be loaded anew. */
final class NoLoaderTest {
  /** Prints what the probe says through the binding of this name. */
  public static void main(String[] arguments) {
    BackendOptions options = BackendOptions.none().with(OpenClProvider.BINDING, arguments[0]);
    BackendReport report = new OpenClProvider().probe(options);
    System.out.println(report.problem().orElse("no problem"));
    System.out.println(report.remedy().orElse("no remedy"));
  }

  @Test
  void reportsThatThereIsNoLoader() throws Exception {
    assertEquals(
        List.of("no OpenCL loader", "install ocl-icd-libopencl1"),
        probe("-Dorg.lwjgl.opencl.libname=/nonexistent/libOpenCL.so.1"));
  }

  @Test
  void reportsThatLwjglsNativesDoNotLoad() throws Exception {
    List<String> lines = probe("-Dorg.lwjgl.libname=/nonexistent/liblwjgl.so");
    assertEquals(
        "add the lwjgl jar with the natives of this system, and let the temporary folder"
            + " hold libraries",
        lines.get(1));
  }

  private static List<String> probe(String property) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(property);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(NoLoaderTest.class.getName());
    command.add("lwjgl");
    // A newer JVM warns of native access, and LWJGL of what it cannot load.
    Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), printed);
    return printed.lines().toList();
  }
}
