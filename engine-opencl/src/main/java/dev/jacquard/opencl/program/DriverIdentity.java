package dev.jacquard.opencl.program;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClQuery;

/**
 * Whose programs: another device, or another version of its driver, cannot run them.
 *
 * @param platform its name and version; some drivers name their compiler there alone
 * @param device its name
 * @param driver its version
 */
public record DriverIdentity(String platform, String device, String driver) {
  private static final String POCL = "Portable Computing Language";

  /** Asks the driver. */
  public static DriverIdentity of(ClApi cl, long platform, long device) {
    return new DriverIdentity(
        cl.platformText(platform, ClQuery.PLATFORM_NAME)
            + ", "
            + cl.platformText(platform, ClQuery.PLATFORM_VERSION),
        cl.deviceText(device, ClQuery.DEVICE_NAME),
        cl.deviceText(device, ClQuery.DRIVER_VERSION));
  }

  /**
   * Whether to leave it to the driver to keep programs. Others keep some, too, but PoCL, asked for
   * a program's binary, compiles each kernel a second time, for groups of any size.
   */
  boolean keepsPrograms() {
    return platform.startsWith(POCL);
  }
}
