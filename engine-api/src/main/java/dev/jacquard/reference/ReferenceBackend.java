package dev.jacquard.reference;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.DeviceReport;
import dev.jacquard.error.JacquardException;
import java.util.List;
import java.util.Map;

/**
 * The reference as a backend: one thread of doubles, rounded to fp32 only where numbers leave it
 * and, after each step, in the state. It is not registered as a service, so no user meets it; tests
 * make one to see whether a suite accepts what is right.
 */
public final class ReferenceBackend implements BackendProvider {
  /** The id of the backend and of its one device. */
  public static final String ID = "reference";

  /** A backend with its one device. */
  public ReferenceBackend() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<BackendOption<?>> options() {
    return List.of();
  }

  @Override
  public BackendReport probe(BackendOptions options) {
    return BackendReport.of(ID, List.of(DeviceReport.ready(info(), DeviceReport.EMULATED_RANK)));
  }

  @Override
  public Device open(String deviceId, BackendOptions options) {
    if (!deviceId.equals(ID)) {
      throw new JacquardException("no device is named " + deviceId + "; there is " + ID);
    }
    return new ReferenceDevice(info());
  }

  private static DeviceInfo info() {
    return new DeviceInfo(
        ID,
        "interpreter in double precision",
        DeviceInfo.Kind.CPU,
        "Java " + Runtime.version(),
        Runtime.getRuntime().maxMemory(),
        Map.of());
  }
}
