package dev.jacquard.cpu;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.DeviceReport;
import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.error.JacquardException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The processor that runs this JVM, in pure Java. Always usable. */
public final class CpuProvider implements BackendProvider {
  /** The id of the backend and of its one device. */
  public static final String ID = "cpu";

  private static final String ADD_MODULE = "start java with --add-modules jdk.incubator.vector";

  /** How many threads compute. The results do not depend on it. */
  public static final BackendOption<Integer> THREADS =
      BackendOption.of(
          "threads",
          "N",
          "Threads that the cpu backend computes with (default: one for each processor).",
          Runtime.getRuntime().availableProcessors(),
          CpuProvider::threads);

  /** Which implementation computes. */
  public static final BackendOption<String> KERNELS =
      BackendOption.of(
          "cpu-kernels",
          "auto|vector|scalar",
          "Kernels of the cpu backend: the Vector API's, or their slower twins in plain Java, which"
              + " begin sooner: auto takes them for a few predictions.",
          "auto",
          CpuProvider::kernelsName);

  /** The tiles of Winograd's convolutions. */
  public static final BackendOption<String> WINOGRAD =
      BackendOption.of(
          "winograd",
          "none|2|4",
          "Convolve 3x3 kernels of stride 1 on the cpu backend by Winograd's algorithm, in tiles of"
              + " 2x2 or 4x4 outputs: faster, with another rounding (default: none).",
          "none",
          CpuProvider::tiles);

  /** For {@link java.util.ServiceLoader}. */
  public CpuProvider() {}

  private static Integer threads(String text) {
    int count;
    try {
      count = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      count = 0;
    }
    if (count < 1 || count > 1024) {
      throw new IllegalArgumentException("expected a number of threads from 1 to 1024");
    }
    return count;
  }

  private static String tiles(String text) {
    if (!List.of("none", "2", "4").contains(text)) {
      throw new IllegalArgumentException("expected none, 2 or 4");
    }
    return text;
  }

  /** Outputs along a tile of Winograd's convolutions; 0 for direct ones. */
  private static int tile(BackendOptions options) {
    String tiles = options.get(WINOGRAD);
    return tiles.equals("none") ? 0 : Integer.parseInt(tiles);
  }

  private static String kernelsName(String text) {
    if (!List.of("auto", "vector", "scalar").contains(text)) {
      throw new IllegalArgumentException("expected auto, vector or scalar");
    }
    return text;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<BackendOption<?>> options() {
    return List.of(THREADS, KERNELS, WINOGRAD);
  }

  @Override
  public boolean isAtHand() {
    return true;
  }

  @Override
  public BackendReport probe(BackendOptions options) {
    DeviceInfo info = info(options);
    DeviceReport report =
        options.get(KERNELS).equals("vector") && !Kernels.vectorAvailable()
            ? DeviceReport.unusable(info, "the module jdk.incubator.vector is absent", ADD_MODULE)
            : DeviceReport.ready(info, DeviceReport.CPU_RANK);
    return BackendReport.of(ID, List.of(report));
  }

  @Override
  public Device open(String deviceId, BackendOptions options) {
    if (!deviceId.equals(ID)) {
      throw new JacquardException(
          "no device " + deviceId + "; the cpu backend has one, its id is " + ID);
    }
    return new CpuDevice(
        info(options), kernels(options.get(KERNELS)), tile(options), options.get(THREADS));
  }

  private static KernelChoice kernels(String name) {
    if (name.equals("auto")) {
      return KernelChoice.byWork();
    }
    if (name.equals("scalar")) {
      return KernelChoice.always(Kernels.scalar());
    }
    if (!Kernels.vectorAvailable()) {
      throw new JacquardException(
          "--cpu-kernels vector: the module jdk.incubator.vector is absent; " + ADD_MODULE);
    }
    return KernelChoice.always(Kernels.vector());
  }

  private static DeviceInfo info(BackendOptions options) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    details.put("architecture", System.getProperty("os.arch"));
    boolean vectors = Kernels.vectorAvailable() && !options.get(KERNELS).equals("scalar");
    details.put("kernels", vectors ? "Vector API" : "plain Java");
    return new DeviceInfo(
        ID,
        Processor.name(),
        DeviceInfo.Kind.CPU,
        "Java " + Runtime.version(),
        Runtime.getRuntime().maxMemory(),
        details);
  }
}
