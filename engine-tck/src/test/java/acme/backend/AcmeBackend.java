package acme.backend;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.DeviceReport;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.reference.ReferenceBackend;
import java.util.List;
import java.util.Map;

/** A third party's backend: the least that one can be. It has the reference do its arithmetic. */
public final class AcmeBackend implements BackendProvider {
  private static final DeviceInfo DEVICE =
      new DeviceInfo("acme:0", "abacus", DeviceInfo.Kind.ACCELERATOR, "acme 1", 1 << 20, Map.of());

  @Override
  public String id() {
    return "acme";
  }

  @Override
  public List<BackendOption<?>> options() {
    return List.of();
  }

  @Override
  public BackendReport probe(BackendOptions options) {
    return BackendReport.of(id(), List.of(DeviceReport.ready(DEVICE, DeviceReport.EMULATED_RANK)));
  }

  @Override
  public Device open(String deviceId, BackendOptions options) {
    if (!deviceId.equals(DEVICE.id())) {
      throw new JacquardException("no device " + deviceId + "; there is " + DEVICE.id());
    }
    return new Abacus(new ReferenceBackend().open(ReferenceBackend.ID, options));
  }

  private record Abacus(Device device) implements Device {
    @Override
    public DeviceInfo info() {
      return DEVICE;
    }

    @Override
    public Session session(Graph graph, SessionConfig config) {
      return device.session(graph, config);
    }

    @Override
    public long liveBuffers() {
      return device.liveBuffers();
    }

    @Override
    public void close() {
      device.close();
    }
  }
}
