package dev.jacquard.benchmarks;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.cpu.CpuProvider;
import dev.jacquard.data.DataSet;
import dev.jacquard.fmnist.FashionMnistNetworks;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;

/** A network in a session of the CPU backend, with its data resident. */
final class Workload implements AutoCloseable {
  private static final long SEED = 1;

  private final Device device;
  private final Session session;
  private final ResidentData data;

  /**
   * Opens the CPU backend with the fastest kernels that this JVM can run.
   *
   * @param network one of {@link FashionMnistNetworks#names}
   */
  Workload(String network, int threads, DataSet images) {
    device =
        new CpuProvider()
            .open(CpuProvider.ID, BackendOptions.none().with(CpuProvider.THREADS, threads));
    Network parsed = Network.parse(FashionMnistNetworks.json(network), LayerTypes.builtIn());
    session = device.session(parsed.lower(images.dtype()), SessionConfig.of(SEED));
    data = session.upload(images);
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
