package dev.jacquard.cpu;

import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Trainer;
import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.plan.Arena;
import dev.jacquard.cpu.plan.Blueprint;
import dev.jacquard.cpu.plan.CpuData;
import dev.jacquard.cpu.plan.InferencePlan;
import dev.jacquard.cpu.plan.TrainingPlan;
import dev.jacquard.cpu.thread.Workers;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Parameter;
import dev.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Parameters and optimiser state in one array each, in the kernels' layout, shared by all plans.
 */
final class CpuSession implements Session {
  private final Graph graph;
  private final SessionConfig config;
  private final Workers workers;
  private final AtomicLong buffers;
  private final Consumer<CpuSession> onClose;
  private final Blueprint blueprint;
  private final Arena arena;
  private final float[] state;
  private final List<InferencePlan> predictors = new CopyOnWriteArrayList<>();
  private final List<CpuData> uploads = new CopyOnWriteArrayList<>();
  private final AtomicLong version = new AtomicLong();
  private OptimizerState optimizer;
  private TrainingPlan trainer;
  private volatile boolean closed;

  CpuSession(
      Graph graph,
      SessionConfig config,
      Kernels kernels,
      int winograd,
      Workers workers,
      AtomicLong buffers,
      Consumer<CpuSession> onClose) {
    this.graph = graph;
    this.config = config;
    this.workers = workers;
    this.buffers = buffers;
    this.onClose = onClose;
    this.blueprint = new Blueprint(graph, kernels, config.fuse(), winograd);
    this.arena = new Arena(buffers);
    this.state = orClose(arena, () -> initialState(graph, config.seed()));
  }

  private float[] initialState(Graph of, long seed) {
    float[] values = arena.vectors(blueprint.floats(), "the parameters");
    of.initialValues(seed)
        .forEach((name, value) -> blueprint.write(values, of.parameter(name), value.values()));
    return values;
  }

  /**
   * Gives memory back if making what uses it fails, and says so in the user's words if it was too
   * little.
   */
  private static <T> T orClose(Arena arena, Supplier<T> made) {
    try {
      return made.get();
    } catch (OutOfMemoryError e) {
      arena.close();
      throw arena.outOfMemory("use a smaller network or batch size", e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
  }

  @Override
  public List<String> tensors() {
    List<String> names = new ArrayList<>();
    graph.parameters().forEach(parameter -> names.add(parameter.name()));
    if (optimizer != null) {
      names.addAll(optimizer.names(graph));
    }
    return names;
  }

  @Override
  public Tensor read(String name) {
    requireOpen();
    Place place = find(name);
    float[] values = new float[place.parameter.shape().elements()];
    blueprint.read(place.array, place.parameter, values);
    return Tensor.of(place.parameter.shape(), values);
  }

  @Override
  public void write(String name, Tensor value) {
    requireOpen();
    Place place = find(name);
    if (!place.parameter.shape().equals(value.shape())) {
      throw new JacquardException(
          name + ": expected shape " + place.parameter.shape() + ", received " + value.shape());
    }
    blueprint.write(place.array, place.parameter, value.values());
    version.incrementAndGet();
  }

  @SuppressWarnings("ArrayRecordComponent") // names the array that is meant, never compared
  private record Place(float[] array, Parameter parameter) {}

  private Place find(String name) {
    if (optimizer != null && Optimizer.isState(name)) {
      for (int slot = 0; slot < optimizer.slots.size(); slot++) {
        String prefix = Optimizer.tensor(optimizer.slots.get(slot), "");
        if (name.startsWith(prefix)) {
          Parameter parameter = graph.parameter(name.substring(prefix.length()));
          if (parameter.trainable()) {
            return new Place(optimizer.arrays.get(slot), parameter);
          }
        }
      }
    }
    return new Place(state, graph.parameter(name));
  }

  @Override
  public ResidentData upload(DataSet data) {
    requireOpen();
    ResidentData.check(graph, data);
    CpuData resident = new CpuData(blueprint, new Arena(buffers), data, uploads::remove);
    uploads.add(resident);
    return resident;
  }

  @Override
  public Trainer trainer(int batch, Optimizer rule) {
    requireOpen();
    requireBatch(batch);
    closeTrainer();
    Arena own = new Arena(buffers, true);
    trainer =
        orClose(
            own,
            () -> {
              int floats = blueprint.trainableFloats();
              OptimizerState fresh = new OptimizerState(rule.slots(), floats, own);
              TrainingPlan.State all =
                  new TrainingPlan.State(state, own.vectors(floats, "the gradients"), fresh.arrays);
              TrainingPlan plan =
                  new TrainingPlan(
                      blueprint,
                      all,
                      rule,
                      batch,
                      workers,
                      config.seed(),
                      own,
                      version::incrementAndGet,
                      this::onTrainerClosed);
              optimizer = fresh;
              return plan;
            });
    return trainer;
  }

  private void closeTrainer() {
    if (trainer != null) {
      trainer.close();
    }
  }

  private void onTrainerClosed(TrainingPlan plan) {
    if (trainer == plan) {
      trainer = null;
      optimizer = null;
    }
  }

  private static void requireBatch(int batch) {
    if (batch < 1) {
      throw new JacquardException("batch size: expected at least 1, received " + batch);
    }
  }

  @Override
  public Predictor predictor(int batch) {
    requireOpen();
    requireBatch(batch);
    Arena own = new Arena(buffers);
    InferencePlan plan =
        orClose(
            own,
            () ->
                new InferencePlan(
                    blueprint, state, version::get, batch, workers, own, predictors::remove));
    predictors.add(plan);
    return plan;
  }

  @Override
  public MemoryUse memory() {
    long own = arena.buffers();
    long data = uploads.stream().mapToLong(upload -> upload.arena().bytes()).sum();
    long work = predictors.stream().mapToLong(plan -> plan.arena().bytes()).sum();
    own += uploads.stream().mapToLong(upload -> upload.arena().buffers()).sum();
    own += predictors.stream().mapToLong(plan -> plan.arena().buffers()).sum();
    long stateBytes = arena.bytes();
    if (trainer != null) {
      own += trainer.arena().buffers();
      long slots = optimizer.arrays.stream().mapToLong(array -> 4L * array.length).sum();
      stateBytes += slots;
      work += trainer.arena().bytes() - slots;
    }
    return new MemoryUse(own, stateBytes, data, work);
  }

  @Override
  public List<StageTime> profile() {
    List<StageTime> times = new ArrayList<>();
    if (trainer != null) {
      times.addAll(trainer.times());
    }
    predictors.forEach(plan -> times.addAll(plan.times()));
    return times;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closeTrainer();
      predictors.forEach(InferencePlan::close);
      uploads.forEach(CpuData::close);
      arena.close();
      onClose.accept(this);
    }
  }
}
