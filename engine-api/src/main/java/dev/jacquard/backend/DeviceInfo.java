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

  /** The id of its backend: {@code opencl}. */
  public String backend() {
    return backendOf(id);
  }

  /** The id of the backend that a device's id names, or that is such an id itself. */
  public static String backendOf(String id) {
    return id.split(":", 2)[0];
  }

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
