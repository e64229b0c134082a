package dev.jacquard.tck;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.reference.ReferenceBackend;
import dev.jacquard.tensor.Tensor;
import java.util.List;

/** The reference as a backend, with one fault. */
record FaultyBackend(Fault fault) implements BackendProvider {
  @Override
  public String id() {
    return ReferenceBackend.ID;
  }

  @Override
  public List<BackendOption<?>> options() {
    return fault.options();
  }

  @Override
  public BackendReport probe(BackendOptions options) {
    return fault.probe(new ReferenceBackend().probe(options));
  }

  @Override
  public Device open(String deviceId, BackendOptions options) {
    String other = fault.open(deviceId, options);
    return new FaultyDevice(fault, new ReferenceBackend().open(other, options));
  }

  private record FaultyDevice(Fault fault, Device device) implements Device {
    @Override
    public DeviceInfo info() {
      return device.info();
    }

    @Override
    public Session session(Graph graph, SessionConfig config) {
      return new FaultySession(fault, device.session(rebuild(graph, config), fault.config(config)));
    }

    private Graph rebuild(Graph graph, SessionConfig config) {
      GraphBuilder builder = new GraphBuilder((Op.Input) fault.op(graph, graph.node(0), config));
      for (Node node : graph.nodes().subList(1, graph.nodes().size() - 1)) {
        int[] inputs = node.inputs().stream().mapToInt(Integer::intValue).toArray();
        builder.add(node.name(), fault.op(graph, node, config), inputs);
      }
      Op head = fault.op(graph, graph.head(), config);
      return builder.build(graph.head().name(), ((Op.SoftmaxCrossEntropy) head).labelSmoothing());
    }

    @Override
    public long liveBuffers() {
      return fault.liveBuffers(device.liveBuffers());
    }

    @Override
    public void close() {
      device.close();
    }
  }

  private record FaultySession(Fault fault, Session session) implements Session {
    @Override
    public List<String> tensors() {
      return session.tensors();
    }

    @Override
    public Tensor read(String name) {
      return fault.read(session, name);
    }

    @Override
    public void write(String name, Tensor value) {
      fault.write(session, name, value);
    }

    @Override
    public ResidentData upload(DataSet data) {
      return fault.upload(session, data);
    }

    @Override
    public Trainer trainer(int batch, Optimizer optimizer) {
      Trainer inner =
          fault.trainer(session, () -> session.trainer(batch, fault.optimizer(optimizer)));
      return new FaultyTrainer(fault, inner);
    }

    @Override
    public Predictor predictor(int batch) {
      return new FaultyPredictor(fault, session.predictor(batch));
    }

    @Override
    public MemoryUse memory() {
      return session.memory();
    }

    @Override
    public List<StageTime> profile() {
      return fault.profile(session.profile());
    }

    @Override
    public void close() {
      session.close();
    }
  }

  private record FaultyTrainer(Fault fault, Trainer trainer) implements Trainer {
    @Override
    public void run(ResidentData data, Stretch stretch, StretchResult result) {
      Stretch other = new Stretch(stretch.batch(), stretch.capacity());
      other.clear(fault.firstStep(stretch));
      for (int s = 0; s < stretch.steps(); s++) {
        other.add(
            stretch.indices(),
            s * stretch.batch(),
            stretch.size(s),
            fault.position(stretch, s),
            fault.rate(stretch, s));
      }
      fault.run(trainer, data, other, result);
      fault.outcome(stretch, result);
    }

    @Override
    public Plan plan() {
      return fault.plan(trainer.plan());
    }

    @Override
    public void close() {
      trainer.close();
    }
  }

  private record FaultyPredictor(Fault fault, Predictor predictor) implements Predictor {
    @Override
    public void predict(
        ResidentData data, int first, int count, float[] probabilities, float[] losses) {
      fault.predict(predictor, data, first, count, probabilities, losses);
    }

    @Override
    public Plan plan() {
      return predictor.plan();
    }

    @Override
    public void close() {
      predictor.close();
    }
  }
}
