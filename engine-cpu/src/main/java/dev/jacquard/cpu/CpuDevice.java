package dev.jacquard.cpu;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Roofline;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Work;
import dev.jacquard.cpu.thread.Workers;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The processor, with the threads that all its sessions share. */
final class CpuDevice implements Device {
  private final DeviceInfo info;
  private final KernelChoice kernels;
  private final int winograd;
  private final Workers workers;
  private final AtomicLong buffers = new AtomicLong();
  private final Set<CpuSession> sessions = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  CpuDevice(DeviceInfo info, KernelChoice kernels, int winograd, int threads) {
    this.info = info;
    this.kernels = kernels;
    this.winograd = winograd;
    this.workers = new Workers(threads);
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public Session session(Graph graph, SessionConfig config) {
    if (closed) {
      throw new IllegalStateException("the device is closed");
    }
    if (config.precision() != Precision.FP32) {
      throw new JacquardException(
          "the cpu backend computes in fp32, received --precision "
              + config.precision().label()
              + "; leave the option out");
    }
    CpuSession session =
        new CpuSession(
            graph, config, kernels.of(config.work()), winograd, workers, buffers, sessions::remove);
    sessions.add(session);
    return session;
  }

  /**
   * Winograd's sums in 2x2 tiles are no less accurate than direct ones; those in 4x4 tiles have
   * twice their error on average, and single elements more.
   */
  @Override
  public double errorGrowth() {
    return winograd == 4 ? 4 : 1;
  }

  @Override
  public Optional<Roofline> roofline(double seconds) {
    return Optional.of(
        RooflineProbe.measure(workers, kernels.of(Work.UNKNOWN).multiplyAdds(), seconds));
  }

  @Override
  public Optional<String> stageClock() {
    return Optional.of("System.nanoTime");
  }

  @Override
  public long liveBuffers() {
    return buffers.get();
  }

  @Override
  public void close() {
    closed = true;
    sessions.forEach(CpuSession::close);
    workers.close();
  }
}
