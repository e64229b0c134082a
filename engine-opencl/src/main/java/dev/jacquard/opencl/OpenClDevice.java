package dev.jacquard.opencl;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.Roofline;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Tuner;
import dev.jacquard.graph.Graph;
import dev.jacquard.opencl.plan.Context;
import dev.jacquard.opencl.plan.RooflineProbe;
import dev.jacquard.opencl.plan.TensorCores;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** An OpenCL device that is open. */
final class OpenClDevice implements Device {
  private final DeviceInfo info;
  private final Context context;
  private final Tuner tuner;
  private final Supplier<Map<String, String>> pin;
  private final Set<OpenClSession> sessions = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * A device.
   *
   * @param pin keeps how launches are cut, and says by which options that is found again
   */
  OpenClDevice(DeviceInfo info, Context context, Tuner tuner, Supplier<Map<String, String>> pin) {
    this.pin = pin;
    this.info = info;
    this.context = context;
    this.tuner = tuner;
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public Session session(Graph graph, SessionConfig config) {
    requireOpen();
    TensorCores.require(context, config.precision());
    Context precise = context.with(config.precision());
    OpenClSession session = new OpenClSession(graph, config, precise, sessions::remove);
    sessions.add(session);
    return session;
  }

  @Override
  public Optional<Roofline> roofline(double seconds) {
    requireOpen();
    return Optional.of(RooflineProbe.measure(context, seconds));
  }

  @Override
  public Optional<Tuner> tuner() {
    requireOpen();
    return Optional.of(tuner);
  }

  @Override
  public Map<String, String> pinned() {
    return pin.get();
  }

  @Override
  public Optional<String> stageClock() {
    requireOpen();
    return Optional.of("events of the device (steps of " + context.timerStep() + " ns)");
  }

  /** A driver that is given a context that was released may end the process. */
  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the device is closed");
    }
  }

  @Override
  public long liveBuffers() {
    return context.live();
  }

  @Override
  public void close() {
    closed = true;
    sessions.forEach(OpenClSession::close);
    context.close();
  }
}
