package dev.jacquard.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clang's own OpenCL front end warns of nothing, where there is one. */
final class ClangTest {
  private static final Pattern CLANG = Pattern.compile("clang(-\\d+)?");

  @TempDir Path folder;

  static List<String> families() {
    return KernelSources.families();
  }

  @ParameterizedTest
  @MethodSource("families")
  void compilesWithoutAWarning(String family) throws IOException, InterruptedException {
    String clang = clang();
    assumeTrue(!clang.isEmpty(), "there is no clang");
    Path source = Files.writeString(folder.resolve(family + ".cl"), KernelSources.of(family));
    Process process =
        new ProcessBuilder(
                clang,
                "-x",
                "cl",
                "-cl-std=CL1.2",
                "-fsyntax-only",
                "-Wall",
                "-Wextra",
                "-Wno-unused-function",
                "-Wno-unused-parameter",
                "-Werror",
                "-Xclang",
                "-finclude-default-header",
                source.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  private static String clang() throws IOException {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path path = Path.of(folder);
      if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.list(path)) {
          for (Path file : files.sorted().toList()) {
            if (CLANG.matcher(file.getFileName().toString()).matches()) {
              return file.toString();
            }
          }
        }
      }
    }
    return "";
  }
}
