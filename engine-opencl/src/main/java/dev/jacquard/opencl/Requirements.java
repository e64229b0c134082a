package dev.jacquard.opencl;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClQuery;
import dev.jacquard.opencl.plan.Limits;
import java.nio.ByteOrder;
import java.util.Optional;

/** What the kernels rely on. It is asked of each device, as not every driver is a whole one. */
final class Requirements {
  private Requirements() {}

  /** What a device lacks, in words, if anything. */
  static Optional<String> unmet(ClApi cl, long device) {
    if (cl.deviceNumber(device, ClQuery.AVAILABLE) == 0) {
      return Optional.of("its driver says that it is not available");
    }
    if (cl.deviceNumber(device, ClQuery.COMPILER) == 0) {
      return Optional.of("its driver has no compiler");
    }
    String version = cl.deviceText(device, ClQuery.DEVICE_VERSION);
    if (version.matches("OpenCL 1\\.[01]\\b.*")) {
      return Optional.of("its driver is one of " + version.strip() + "; OpenCL 1.2 is needed");
    }
    if (endsLoops(cl, device)) {
      return Optional.of(
          "its driver ends a kernel's loops after 65,535 rounds, which Mesa 25 does not");
    }
    boolean little = cl.deviceNumber(device, ClQuery.LITTLE_ENDIAN) != 0;
    if (little != ByteOrder.nativeOrder().equals(ByteOrder.LITTLE_ENDIAN)) {
      return Optional.of("its numbers have another byte order than this machine's");
    }
    long floats = cl.deviceNumber(device, ClQuery.FLOATS);
    if ((floats & ClQuery.FLOATS_ROUND_TO_NEAREST) == 0) {
      return Optional.of("its floats are not rounded to the nearest");
    }
    if ((floats & ClQuery.FLOATS_HAVE_NAN) == 0) {
      return Optional.of("its floats know neither infinity nor NaN");
    }
    long group = cl.deviceNumber(device, ClQuery.GROUP_SIZE);
    if (group < Limits.LEAST_GROUP) {
      return Optional.of(
          "its work-groups have at most "
              + group
              + " items; "
              + Limits.LEAST_GROUP
              + " are needed");
    }
    return Optional.empty();
  }

  /**
   * Whether this is Mesa's software device as Rusticl offers it where RUSTICL_ENABLE names it,
   * older than what was seen to be right: it counted the rounds of all loops of an item together,
   * and in the end went on behind a loop as if that were over.
   */
  private static boolean endsLoops(ClApi cl, long device) {
    return cl.deviceText(device, ClQuery.DEVICE_NAME).startsWith("llvmpipe")
        && !cl.deviceText(device, ClQuery.DRIVER_VERSION).matches("(2[5-9]|[3-9]\\d)\\..*");
  }
}
