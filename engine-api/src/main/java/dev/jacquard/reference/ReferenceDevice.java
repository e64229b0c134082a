package dev.jacquard.reference;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Opens sessions and knows which are open. */
final class ReferenceDevice implements Device {
  private final DeviceInfo info;
  private final Set<ReferenceSession> sessions = ConcurrentHashMap.newKeySet();

  ReferenceDevice(DeviceInfo info) {
    this.info = info;
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public Session session(Graph graph, SessionConfig config) {
    if (config.precision() != Precision.FP32) {
      throw new JacquardException(
          "device "
              + info.id()
              + " computes in double precision only, received precision "
              + config.precision().label()
              + "; use fp32");
    }
    ReferenceSession session = new ReferenceSession(graph, config.seed(), sessions::remove);
    sessions.add(session);
    return session;
  }

  @Override
  public long liveBuffers() {
    return sessions.stream().mapToLong(session -> session.memory().buffers()).sum();
  }

  @Override
  public void close() {
    sessions.forEach(ReferenceSession::close);
  }
}
