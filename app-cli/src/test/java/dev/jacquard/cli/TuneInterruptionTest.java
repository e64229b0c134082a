package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in a search, which has a JVM of its own. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no kill")
class TuneInterruptionTest {
  @TempDir Path folder;

  @Test
  void endsTheSearchAndSaysWhatWasFound() throws Exception {
    boolean found = Outcome.of("devices").out().contains("opencl:0:0");
    assumeTrue(found || "all".equals(System.getProperty("jacquard.require")), "no OpenCL device");
    Path json = folder.resolve("tune.json");
    Process process = start(json);
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertTrue(err.lines().anyMatch(line -> line.startsWith("Device: opencl")));
      CommandProcess.interrupt(process);
      assertTrue(err.lines().anyMatch(line -> line.endsWith(". Ctrl-C again ends at once.")));
      String results = String.join("\n", out.lines().toList());
      assertTrue(results.contains("A step of 3 samples: "), results);
      assertTrue(
          results.endsWith(
              "\nInterrupted before all was tried; another search goes on from" + " what is kept."),
          results);
    } finally {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    }
    assertEquals(130, process.exitValue());
    assertTrue(Files.readString(json).contains("\"complete\" : false"));
  }

  private Process start(Path json) throws IOException {
    List<String> arguments =
        List.of(
            "tune",
            "--backend",
            "opencl",
            "--network",
            // Its search takes about a minute, so that no pause of this process outlasts it.
            "lenet5",
            "--batch-size",
            "3",
            "--budget",
            "1h",
            "--json",
            json.toString());
    ProcessBuilder builder = new ProcessBuilder(CommandProcess.command(List.of(), arguments));
    // What is found must change no bits of the other tests.
    builder.environment().put("JACQUARD_CACHE", folder.resolve("cache").toString());
    return builder.start();
  }
}
