package dev.jacquard.backend;

import java.util.Optional;

/**
 * What a probe found out about a device.
 *
 * @param info what it is, as far as known
 * @param rank for choosing automatically: the highest usable one wins. {@link #GPU_RANK}, {@link
 *     #INTEGRATED_RANK}, {@link #CPU_RANK} and {@link #EMULATED_RANK} are the usual ones
 * @param problem why it cannot be used; empty if it can
 * @param remedy what the user can do about the problem; empty if nothing
 */
public record DeviceReport(
    DeviceInfo info, int rank, Optional<String> problem, Optional<String> remedy) {
  /** A GPU with memory of its own. */
  public static final int GPU_RANK = 300;

  /** A GPU that shares the processor's memory. */
  public static final int INTEGRATED_RANK = 250;

  /** The processor through a backend made for it. */
  public static final int CPU_RANK = 200;

  /**
   * The processor through an interface made for other devices, and other devices of last resort.
   */
  public static final int EMULATED_RANK = 100;

  /** A device that can be used. */
  public static DeviceReport ready(DeviceInfo info, int rank) {
    return new DeviceReport(info, rank, Optional.empty(), Optional.empty());
  }

  /** A device that is there but cannot be used. */
  public static DeviceReport unusable(DeviceInfo info, String problem, String remedy) {
    return new DeviceReport(info, 0, Optional.of(problem), Optional.of(remedy));
  }

  /** Whether it can be used. */
  public boolean usable() {
    return problem.isEmpty();
  }
}
