package dev.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Roofline;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the device says that it does at most is a figure of a processor, from either kernels. */
class RooflineTest {
  @ParameterizedTest
  @ValueSource(strings = {"vector", "scalar"})
  void itIsMeasured(String kernels) {
    BackendOptions options =
        BackendOptions.none().with(CpuProvider.THREADS, 2).with(CpuProvider.KERNELS, kernels);
    try (Device device = new CpuProvider().open(CpuProvider.ID, options)) {
      Roofline roofline = device.roofline(0).orElseThrow();
      // From an interpreter's to a large server's.
      assertTrue(roofline.flopsPerSecond() > 1e6, roofline.toString());
      assertTrue(roofline.flopsPerSecond() < 1e14, roofline.toString());
      assertTrue(roofline.bytesPerSecond() > 1e8, roofline.toString());
      assertTrue(roofline.bytesPerSecond() < 1e13, roofline.toString());
    }
  }
}
