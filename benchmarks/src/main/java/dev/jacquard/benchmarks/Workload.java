package dev.jacquard.benchmarks;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.cpu.CpuProvider;
import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.FashionMnistNetworks;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;

/** A network in a session, with its data resident. */
final class Workload implements AutoCloseable {
  private static final long SEED = 1;

  private final Device device;
  private final Session session;
  private final ResidentData data;

  /**
   * Takes the network to the device.
   *
   * @param network one of {@link FashionMnistNetworks#names}
   * @param device closed with this
   * @param precision of its products
   */
  Workload(String network, Device device, Precision precision, DataSet images) {
    this.device = device;
    Network parsed = Network.parse(FashionMnistNetworks.json(network), LayerTypes.builtIn());
    SessionConfig config = SessionConfig.of(SEED).in(precision);
    session = device.session(parsed.lower(images.dtype()), config);
    data = session.upload(images);
  }

  /**
   * The CPU backend with the fastest kernels that this JVM can run.
   *
   * @param winograd as {@code --winograd} takes it
   */
  static Device cpu(int threads, String winograd) {
    BackendOptions options = BackendOptions.none().with(CpuProvider.THREADS, threads);
    return new CpuProvider().open(CpuProvider.ID, options.with(CpuProvider.WINOGRAD, winograd));
  }

  Session session() {
    return session;
  }

  ResidentData data() {
    return data;
  }

  @Override
  public void close() {
    device.close();
  }
}
