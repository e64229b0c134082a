package dev.jacquard.benchmarks.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.error.JacquardException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnginesTest {
  private static final Settings SETTINGS = new Settings(64, 100, 3, 937, 0.5, Path.of("images"));
  private static final Engines NOTHING_BUILT =
      new Engines(Optional.empty(), Optional.empty(), Path.of("python"), "python3", "opencl:1:0");

  private static List<String> command(String name) {
    return NOTHING_BUILT.start(name, SETTINGS).orElseThrow().command();
  }

  @Test
  void aPeerThatWasNotBuiltIsNotStarted() {
    for (String name : List.of("djl", "djl-prepared", "dl4j")) {
      assertEquals(Optional.empty(), NOTHING_BUILT.start(name, SETTINGS), name);
    }
  }

  @Test
  void aPythonEngineIsToldItsDeviceAndPrecisionByItsName() {
    assertEquals(
        List.of("python3", Path.of("python", "jax_peer.py").toString()),
        command("jax-gpu-tf32").subList(0, 2));
    String options = String.join(" ", command("jax-gpu-tf32"));
    assertTrue(options.contains("--name jax-gpu-tf32 --device gpu --precision tf32"), options);
    assertTrue(options.contains("--batch 64 --inference-batch 100 --threads 3 --steps 937"));
    String other = String.join(" ", command("pytorch-cpu"));
    assertTrue(other.contains("--device cpu --precision fp32"), other);
  }

  @Test
  void theOpenClBackendIsToldItsDevice() {
    assertTrue(command("jacquard-opencl").contains("-Djacquard.benchmarks.device=opencl:1:0"));
    assertTrue(command("jacquard").contains("-Djacquard.benchmarks.device=cpu"));
    assertTrue(command("jacquard-opencl").contains("-Djacquard.benchmarks.precision=fp32"));
    assertTrue(command("jacquard-opencl-tf32").contains("-Djacquard.benchmarks.precision=tf32"));
  }

  @Test
  void theCpuBackendIsToldWhetherToUseWinogradsAlgorithm() {
    assertTrue(command("jacquard").contains("-Djacquard.benchmarks.winograd=none"));
    assertTrue(command("jacquard-winograd").contains("-Djacquard.benchmarks.winograd=4"));
  }

  @Test
  void anUnknownEngineIsAnErrorThatNamesThoseThereAre() {
    JacquardException failure =
        assertThrows(JacquardException.class, () -> NOTHING_BUILT.start("tensorflow", SETTINGS));
    assertTrue(failure.getMessage().startsWith("--engines: expected some of jacquard,"));
    assertTrue(failure.getMessage().endsWith("received tensorflow"));
  }
}
