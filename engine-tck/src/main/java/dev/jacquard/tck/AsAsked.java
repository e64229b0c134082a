package dev.jacquard.tck;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.graph.Graph;
import java.util.List;

/**
 * A backend whose sessions are as its user asks, whatever a case asks: in another precision than
 * fp32, or op by op.
 *
 * @param asked its seed does not matter
 */
record AsAsked(BackendProvider backend, SessionConfig asked) implements BackendProvider {
  @Override
  public String id() {
    return backend.id();
  }

  @Override
  public List<BackendOption<?>> options() {
    return backend.options();
  }

  @Override
  public BackendReport probe(BackendOptions options) {
    return backend.probe(options);
  }

  @Override
  public Device open(String deviceId, BackendOptions options) {
    return of(backend.open(deviceId, options));
  }

  /** The same view of a device that is open already. */
  Device of(Device device) {
    return new Opened(device, asked);
  }

  private record Opened(Device device, SessionConfig asked) implements Device {
    @Override
    public DeviceInfo info() {
      return device.info();
    }

    @Override
    public Session session(Graph graph, SessionConfig config) {
      SessionConfig other =
          config.precision() == Precision.FP32 ? config.in(asked.precision()) : config;
      return device.session(graph, asked.fuse() ? other : other.unfused());
    }

    @Override
    public double errorGrowth() {
      return device.errorGrowth();
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
