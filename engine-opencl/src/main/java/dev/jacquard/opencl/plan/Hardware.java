package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClQuery;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What is the same however the device is seen.
 *
 * @param identity platform, device and driver
 * @param language the options that all programs share
 * @param alignment floats that the place of a part of a buffer must be a multiple of
 * @param groupMemory what a group may have of local memory, once the device was asked
 */
record Hardware(
    long device,
    long handle,
    String name,
    String identity,
    String language,
    long largestBuffer,
    int alignment,
    Limits limits,
    boolean nvidia,
    AtomicReference<GroupMemory> groupMemory) {

  /** Floats that the places of parameters are a multiple of, at least. */
  private static final int LEAST_ALIGNMENT = 32;

  /** Opens a device. */
  static Hardware open(
      ClApi cl, long platform, long device, String name, String identity, Limits limits) {
    long bits = cl.deviceNumber(device, ClQuery.BASE_ALIGNMENT_BITS);
    // Others run on NVIDIA's devices, too, and have some of its extensions, but not its compiler.
    boolean nvidia =
        List.of(cl.deviceText(device, ClQuery.EXTENSIONS).split("\\s+"))
            .contains("cl_nv_compiler_options");
    String language = language(cl, device);
    long largestBuffer = cl.deviceNumber(device, ClQuery.BUFFER_SIZE);
    // Last: what fails before leaves nothing open.
    long handle = cl.createContext(platform, device);
    return new Hardware(
        device,
        handle,
        name,
        identity,
        language,
        largestBuffer,
        (int) Math.max(bits / Float.SIZE, LEAST_ALIGNMENT),
        limits,
        nvidia,
        new AtomicReference<>());
  }

  /**
   * The options that all programs share. Without the second, graphics processors divide to 2.5
   * units in the last place, and a share of n of n is not 1.
   */
  private static String language(ClApi cl, long device) {
    boolean divides = (cl.deviceNumber(device, ClQuery.FLOATS) & ClQuery.FLOATS_CAN_DIVIDE) != 0;
    return "-cl-std=CL1.2" + (divides ? " -cl-fp32-correctly-rounded-divide-sqrt" : "");
  }
}
