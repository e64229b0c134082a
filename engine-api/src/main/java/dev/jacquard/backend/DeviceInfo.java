package dev.jacquard.backend;

import java.util.Map;

/**
 * What a device is.
 *
 * @param id by which users choose it: {@code cpu}, {@code opencl:0:0}
 * @param name as its maker calls it
 * @param kind what sort of device
 * @param driver the software that drives it, with its version
 * @param memoryBytes what it can hold
 * @param details more, for reports, in order: compute units, vector width ...
 */
public record DeviceInfo(
    String id,
    String name,
    Kind kind,
    String driver,
    long memoryBytes,
    Map<String, String> details) {

  /** Sorts of devices. */
  public enum Kind {
    /** The processor that runs the JVM, or an OpenCL device made of it. */
    CPU,
    /** A graphics processor. */
    GPU,
    /** Another accelerator. */
    ACCELERATOR
  }
}
