package dev.jacquard.backend;

import java.util.List;
import java.util.Optional;

/**
 * What a probe found out about a backend as a whole.
 *
 * @param backend its id
 * @param devices what there is, usable or not
 * @param problem why it cannot be used at all; empty if it can
 * @param remedy what the user can do about the problem
 */
public record BackendReport(
    String backend, List<DeviceReport> devices, Optional<String> problem, Optional<String> remedy) {
  /** Copies the list. */
  public BackendReport {
    devices = List.copyOf(devices);
  }

  /** A backend with these devices. */
  public static BackendReport of(String backend, List<DeviceReport> devices) {
    return new BackendReport(backend, devices, Optional.empty(), Optional.empty());
  }

  /** A backend that cannot be used on this machine. */
  public static BackendReport unavailable(String backend, String problem, String remedy) {
    return new BackendReport(backend, List.of(), Optional.of(problem), Optional.of(remedy));
  }
}
