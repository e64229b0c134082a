package dev.jacquard.benchmarks.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.benchmarks.measure.Measurement;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Task;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jacquard's side of the comparison as the process that it is, on a few made-up images. */
class JacquardContenderTest {
  private static final int IMAGES = 6;

  private static void writeSplit(Path folder, String prefix) throws Exception {
    ByteBuffer header = ByteBuffer.allocate(16).putInt(0x803).putInt(IMAGES).putInt(28).putInt(28);
    try (OutputStream out = Files.newOutputStream(folder.resolve(prefix + "-images-idx3-ubyte"))) {
      out.write(header.array());
      out.write(new byte[IMAGES * 28 * 28]);
    }
    ByteBuffer labels = ByteBuffer.allocate(8 + IMAGES).putInt(0x801).putInt(IMAGES);
    Files.write(folder.resolve(prefix + "-labels-idx1-ubyte"), labels.array());
  }

  @Test
  void itMeasuresBothTasks(@TempDir Path folder) throws Exception {
    writeSplit(folder, "train");
    writeSplit(folder, "t10k");
    List<Measurement> measurements = process(folder, List.of()).run().measurements();
    assertEquals(
        List.of(Task.TRAIN, Task.INFER), measurements.stream().map(Measurement::task).toList());
    for (Measurement measurement : measurements) {
      assertEquals("own", measurement.engine());
      assertTrue(measurement.runs() >= 3);
      assertTrue(measurement.milliseconds().median() > 0);
    }
  }

  @Test
  void aDeviceThatIsNotThereIsSaidToBeUnavailable(@TempDir Path folder) throws Exception {
    String device = "-D" + JacquardContender.DEVICE + "=opencl:99:0";
    PeerProcess.Outcome outcome = process(folder, List.of(device)).run();
    assertEquals(List.of(), outcome.measurements());
    String reason = outcome.unavailable().orElseThrow().reason();
    assertTrue(reason.contains("opencl:99:0 is not a usable device"), reason);
  }

  @Test
  void aPrecisionThatTheDeviceDoesNotHaveIsSaidToBeUnavailable(@TempDir Path folder)
      throws Exception {
    writeSplit(folder, "train");
    writeSplit(folder, "t10k");
    String precision = "-D" + JacquardContender.PRECISION + "=tf32";
    PeerProcess.Outcome outcome = process(folder, List.of(precision)).run();
    assertEquals(List.of(), outcome.measurements());
    String reason = outcome.unavailable().orElseThrow().reason();
    assertTrue(reason.contains("received --precision tf32"), reason);
  }

  /** Stretches of two steps. */
  private static PeerProcess process(Path folder, List<String> more) {
    List<String> options = new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector"));
    options.addAll(more);
    return PeerProcess.java(
        "own",
        System.getProperty("java.class.path"),
        JacquardContender.class.getName(),
        options,
        Map.of(),
        new Settings(3, 4, 1, 2, 0.01, folder));
  }
}
