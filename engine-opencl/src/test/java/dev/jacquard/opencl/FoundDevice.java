package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.opencl.binding.BindingException;
import dev.jacquard.opencl.binding.Bindings;
import dev.jacquard.opencl.binding.ClApi;
import java.util.List;
import java.util.Optional;

/** An OpenCL device to test on. */
record FoundDevice(ClApi cl, long platform, long device) {
  private static final String REMEDY =
      "there is no OpenCL device: apt-get install ocl-icd-libopencl1 pocl-opencl-icd";

  /** The first device; without one, the test is skipped, or fails where everything is required. */
  static FoundDevice first() {
    return first("lwjgl");
  }

  /** The same through a binding of this name. */
  static FoundDevice first(String binding) {
    Optional<FoundDevice> found = find(binding);
    if ("all".equals(System.getProperty("jacquard.require"))) {
      assertTrue(found.isPresent(), REMEDY);
    }
    assumeTrue(found.isPresent(), REMEDY);
    return found.orElseThrow();
  }

  private static Optional<FoundDevice> find(String binding) {
    ClApi cl;
    try {
      cl = Bindings.of(binding);
    } catch (BindingException e) {
      return Optional.empty();
    }
    for (long platform : cl.platforms()) {
      List<Long> devices = cl.devices(platform);
      if (!devices.isEmpty()) {
        return Optional.of(new FoundDevice(cl, platform, devices.get(0)));
      }
    }
    return Optional.empty();
  }
}
