package dev.jacquard.tck;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.graph.Graph;
import java.util.List;

/** A backend whose sessions run op by op, whatever they are asked for: the suite's second half. */
public final class OpByOp implements BackendProvider {
  private final BackendProvider backend;

  /** A view of {@code backend}. */
  public OpByOp(BackendProvider backend) {
    this.backend = backend;
  }

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
    return new Opened(backend.open(deviceId, options));
  }

  private record Opened(Device device) implements Device {
    @Override
    public DeviceInfo info() {
      return device.info();
    }

    @Override
    public Session session(Graph graph, SessionConfig config) {
      return device.session(graph, config.unfused());
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
