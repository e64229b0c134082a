package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClQuery;
import java.util.List;

/**
 * What a device can do.
 *
 * @param cpu whether it is a processor that a driver makes into a device
 * @param rows whether it gets the kernels that go by rows, as suits a processor, and no tiles
 * @param units what runs work-groups
 * @param vector floats of its vectors
 * @param group the most items of a work-group
 * @param local bytes of a work-group's local memory
 */
public record Limits(boolean cpu, boolean rows, int units, int vector, int group, long local) {
  /** Which kernels may be asked for: as suits the device, a processor's, a graphics processor's. */
  public static final List<String> KERNELS = List.of("auto", "rows", "tiles");

  /** Items that a work-group must be able to have: some kernels' groups are never smaller. */
  public static final int LEAST_GROUP = 64;

  private static final int WIDEST = 16;

  /**
   * A device's limits.
   *
   * @param kernels one of {@link #KERNELS}
   */
  public static Limits of(ClApi cl, long device, String kernels) {
    boolean cpu = (cl.deviceNumber(device, ClQuery.DEVICE_TYPE) & ClQuery.TYPE_CPU) != 0;
    long vector = cl.deviceNumber(device, ClQuery.VECTOR_FLOATS);
    return new Limits(
        cpu,
        kernels.equals("auto") ? cpu : kernels.equals("rows"),
        (int) cl.deviceNumber(device, ClQuery.COMPUTE_UNITS),
        (int) Long.highestOneBit(Math.min(Math.max(vector, 1), WIDEST)),
        (int) Math.min(cl.deviceNumber(device, ClQuery.GROUP_SIZE), Integer.MAX_VALUE),
        cl.deviceNumber(device, ClQuery.LOCAL_MEMORY));
  }

  /** Whether a launch of so many work-groups has one for most units. */
  boolean keptBusyBy(long groups) {
    return groups * 10 >= units * 7L;
  }
}
