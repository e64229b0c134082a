package dev.jacquard.benchmarks.peer;

import dev.jacquard.backend.Precision;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.error.JacquardException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The engines that can be compared, and how each is started.
 *
 * @param djl where DJL's project was built; empty if it was not
 * @param dl4j where DL4J's project was built; empty if it was not
 * @param python folder of the programs for PyTorch and JAX
 * @param interpreter that runs them
 * @param openClDevice the device of Jacquard's OpenCL backend, or {@code opencl} for the best
 */
record Engines(
    Optional<Path> djl, Optional<Path> dl4j, Path python, String interpreter, String openClDevice) {
  /** Jacquard's CPU backend. */
  static final String JACQUARD = "jacquard";

  /** Jacquard's CPU backend with Winograd's convolutions, in tiles of 4x4. */
  static final String JACQUARD_WINOGRAD = "jacquard-winograd";

  /** Jacquard's OpenCL backend. */
  static final String JACQUARD_OPENCL = "jacquard-opencl";

  /** The same in TF32. */
  static final String JACQUARD_OPENCL_TF32 = "jacquard-opencl-tf32";

  /** DJL, making each batch's arrays within the step. */
  static final String DJL = "djl";

  /** DJL, all batches' arrays made beforehand. */
  static final String DJL_PREPARED = "djl-prepared";

  /** DL4J, all batches' arrays made beforehand. */
  static final String DL4J = "dl4j";

  /** All of them, in the order of the report. */
  static final List<String> NAMES =
      List.of(
          JACQUARD,
          JACQUARD_WINOGRAD,
          JACQUARD_OPENCL,
          JACQUARD_OPENCL_TF32,
          DJL,
          DJL_PREPARED,
          DL4J,
          "pytorch-cpu",
          "pytorch-gpu",
          "pytorch-gpu-tf32",
          "jax-cpu",
          "jax-gpu",
          "jax-gpu-tf32");

  /** Whether {@code name} is one of Jacquard's own backends. */
  static boolean isJacquard(String name) {
    return name.startsWith(JACQUARD);
  }

  /**
   * How to start an engine.
   *
   * @return empty if its project was not built
   * @throws JacquardException if there is none of this name
   */
  Optional<PeerProcess> start(String name, Settings settings) {
    return switch (name) {
      case JACQUARD -> Optional.of(jacquard(name, "cpu", "none", Precision.FP32, settings));
      case JACQUARD_WINOGRAD -> Optional.of(jacquard(name, "cpu", "4", Precision.FP32, settings));
      case JACQUARD_OPENCL ->
          Optional.of(jacquard(name, openClDevice, "none", Precision.FP32, settings));
      case JACQUARD_OPENCL_TF32 ->
          Optional.of(jacquard(name, openClDevice, "none", Precision.TF32, settings));
      case DJL, DJL_PREPARED -> djl.map(built -> djl(name, built, settings));
      case DL4J -> dl4j.map(built -> dl4j(name, built, settings));
      default -> {
        if (!NAMES.contains(name)) {
          throw new JacquardException(
              "--engines: expected some of " + String.join(",", NAMES) + ", received " + name);
        }
        yield Optional.of(python(name, settings));
      }
    };
  }

  private static PeerProcess jacquard(
      String name, String device, String winograd, Precision precision, Settings settings) {
    String threads = String.valueOf(settings.threads());
    return PeerProcess.java(
        name,
        System.getProperty("java.class.path"),
        JacquardContender.class.getName(),
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "-D" + JacquardContender.DEVICE + "=" + device,
            "-D" + JacquardContender.WINOGRAD + "=" + winograd,
            "-D" + JacquardContender.PRECISION + "=" + precision.label()),
        // PoCL's name for the number of its threads, before version 4 and since.
        Map.of("POCL_MAX_PTHREAD_COUNT", threads, "POCL_CPU_MAX_CU_COUNT", threads),
        settings);
  }

  private static PeerProcess djl(String name, Path built, Settings settings) {
    return PeerProcess.java(
        name,
        classPath(built),
        "dev.jacquard.benchmarks.djl.DjlContender",
        List.of(
            "-Dai.djl.pytorch.num_threads=" + settings.threads(),
            // The native library comes from Maven's jar, never from the net.
            "-Dai.djl.offline=true",
            "-DDJL_CACHE_DIR=" + built.resolve("cache"),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
        Map.of("OPT_OUT_TRACKING", "true"),
        settings);
  }

  private static PeerProcess dl4j(String name, Path built, Settings settings) {
    return PeerProcess.java(
        name,
        classPath(built),
        "dev.jacquard.benchmarks.dl4j.Dl4jContender",
        List.of(
            "-Dorg.bytedeco.javacpp.cachedir=" + built.resolve("cache"),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
        // Threads that spin while they wait make steps twice as long where others compute too.
        Map.of("OMP_NUM_THREADS", String.valueOf(settings.threads()), "OMP_WAIT_POLICY", "passive"),
        settings);
  }

  private static String classPath(Path built) {
    return built.resolve("classes") + ":" + built.resolve("lib").resolve("*");
  }

  /** A name is the program's, the device's and, unless it is fp32, the precision's. */
  private PeerProcess python(String name, Settings settings) {
    String[] parts = name.split("-", -1);
    List<String> command = new ArrayList<>();
    command.addAll(List.of(interpreter, python.resolve(parts[0] + "_peer.py").toString()));
    command.addAll(List.of("--name", name, "--device", parts[1]));
    command.addAll(List.of("--precision", parts.length > 2 ? parts[2] : "fp32"));
    command.addAll(List.of("--batch", String.valueOf(settings.batch())));
    command.addAll(List.of("--inference-batch", String.valueOf(settings.inferenceBatch())));
    command.addAll(List.of("--threads", String.valueOf(settings.threads())));
    command.addAll(List.of("--steps", String.valueOf(settings.steps())));
    command.addAll(List.of("--seconds", String.valueOf(settings.seconds())));
    command.addAll(List.of("--data", settings.data().toString()));
    return new PeerProcess(name, command, Map.of("PYTHONDONTWRITEBYTECODE", "1"));
  }
}
