package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions that come and go leave nothing behind. */
final class ManyRoundsTest {
  @BeforeEach
  void findDevice() {
    FoundDevice.first();
  }

  /** In a JVM whose heap is all in memory from the start, so that what grows is not the heap. */
  @Test
  void aThousandPlansLeaveNeitherObjectsNorMemory() throws IOException, InterruptedException {
    Process rounds =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms96m",
                "-Xmx96m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ManyRounds.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(rounds.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, rounds.waitFor(), said);
  }
}
