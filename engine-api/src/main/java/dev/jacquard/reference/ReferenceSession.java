package dev.jacquard.reference;

import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A model, the state of its optimiser, and the data sets that were handed over. */
final class ReferenceSession implements Session {
  private final ReferenceModel model;
  private final Consumer<ReferenceSession> onClose;
  private final List<ReferenceData> data = new CopyOnWriteArrayList<>();
  private ReferenceTrainer trainer;
  private volatile boolean closed;

  /**
   * A session of a device.
   *
   * @param onClose is told when it is closed
   */
  ReferenceSession(Graph graph, long seed, Consumer<ReferenceSession> onClose) {
    this.model = new ReferenceModel(graph, seed);
    this.onClose = onClose;
  }

  ReferenceModel model() {
    return model;
  }

  @Override
  public List<String> tensors() {
    List<String> names = new ArrayList<>();
    model.graph().parameters().forEach(parameter -> names.add(parameter.name()));
    if (trainer != null) {
      names.addAll(trainer.state().slots().keySet());
    }
    return names;
  }

  @Override
  public Tensor read(String name) {
    double[] from = values(name);
    float[] values = new float[from.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) from[i];
    }
    return Tensor.of(shape(name), values);
  }

  @Override
  public void write(String name, Tensor value) {
    double[] to = values(name);
    if (!value.shape().equals(shape(name))) {
      throw new JacquardException(
          name + ": expected shape " + shape(name) + ", received " + value.shape());
    }
    System.arraycopy(ReferenceModel.widen(value.values()), 0, to, 0, to.length);
  }

  /**
   * Rounds the state to what can be read, so that who writes it back goes on with the same bits.
   */
  void roundState() {
    for (String name : tensors()) {
      double[] values = values(name);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) values[i];
      }
    }
  }

  private double[] values(String name) {
    checkOpen();
    if (trainer != null && trainer.state().slots().containsKey(name)) {
      return trainer.state().slots().get(name);
    }
    if (!tensors().contains(name)) {
      throw new JacquardException("no tensor is named " + name + "; there are " + tensors());
    }
    return model.parameter(name);
  }

  private Shape shape(String name) {
    boolean state = Optimizer.isState(name);
    return model.graph().parameter(state ? name.split("/", 3)[2] : name).shape();
  }

  @Override
  public ResidentData upload(DataSet set) {
    checkOpen();
    ResidentData.check(model.graph(), set);
    ReferenceData resident = new ReferenceData(this, set);
    data.add(resident);
    return resident;
  }

  /** The data set behind {@code resident}, if it is here. */
  DataSet find(ResidentData resident) {
    checkOpen();
    if (!(resident instanceof ReferenceData known) || !data.contains(known)) {
      throw new JacquardException("the data set is not in this session; upload it first");
    }
    return known.set();
  }

  private void checkOpen() {
    if (closed) {
      throw new JacquardException("the session is closed; open another");
    }
  }

  @Override
  public Trainer trainer(int batch, Optimizer optimizer) {
    checkOpen();
    trainer = new ReferenceTrainer(this, batch, new OptimizerState(optimizer, model.graph()));
    return trainer;
  }

  @Override
  public Predictor predictor(int batch) {
    checkOpen();
    return new ReferencePredictor(this, batch);
  }

  /**
   * One stage for each node; nothing is merged and nothing is counted.
   *
   * @param more what else than the graph decides the bits
   */
  Plan plan(String purpose, String more) {
    List<Plan.Stage> stages = new ArrayList<>();
    for (Node node : model.graph().nodes()) {
      String name = purpose + "/" + node.id() + "-" + node.name();
      stages.add(new Plan.Stage(name, List.of(node.name()), "loops", "one thread", 0, 0));
    }
    String print = Integer.toHexString((model.graph().identity() + more).hashCode());
    return new Plan(stages, stages.size(), 0, ReferenceBackend.ID + "-" + print);
  }

  @Override
  public MemoryUse memory() {
    if (closed) {
      return new MemoryUse(0, 0, 0, 0);
    }
    long buffers = (long) tensors().size() + data.size();
    long state = 0;
    for (String name : tensors()) {
      state += (long) Double.BYTES * shape(name).elements();
    }
    long bytes = 0;
    for (ReferenceData resident : data) {
      DataSet set = resident.set();
      bytes += (long) set.size() * set.sample().elements() * set.dtype().bytes();
    }
    return new MemoryUse(buffers, state, bytes, 0);
  }

  @Override
  public List<StageTime> profile() {
    return List.of(); // slow on purpose, so not timed
  }

  @Override
  public void close() {
    closed = true;
    data.clear();
    onClose.accept(this);
  }

  void drop(ReferenceData resident) {
    data.remove(resident);
  }
}
