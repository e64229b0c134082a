package dev.jacquard.opencl;

import dev.jacquard.backend.DeviceException;
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
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Parameter;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.plan.Context;
import dev.jacquard.opencl.plan.InferencePlan;
import dev.jacquard.opencl.plan.ParameterMemory;
import dev.jacquard.opencl.plan.Parameters;
import dev.jacquard.opencl.plan.Profile;
import dev.jacquard.opencl.plan.Rehearsal;
import dev.jacquard.opencl.plan.ResidentSamples;
import dev.jacquard.opencl.plan.TrainingPlan;
import dev.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Parameters in one buffer of the device, shared by all plans. */
final class OpenClSession implements Session {
  private final Graph graph;
  private final SessionConfig config;
  private final Context context;
  private final Profile profile = new Profile();
  private final Consumer<OpenClSession> onClose;
  private final Parameters places;
  private final ParameterMemory memory;
  private final List<InferencePlan> predictors = new CopyOnWriteArrayList<>();
  private final List<ResidentSamples> uploads = new CopyOnWriteArrayList<>();
  private TrainingPlan trainer;
  private List<String> slots = List.of();
  private volatile boolean closed;

  OpenClSession(
      Graph graph, SessionConfig config, Context context, Consumer<OpenClSession> onClose) {
    this.graph = graph;
    this.config = config;
    this.context = config.profile() ? context.with(profile) : context;
    this.onClose = onClose;
    this.places = new Parameters(graph, context.alignment());
    this.memory = new ParameterMemory(context, places);
    try {
      onDevice(
          () ->
              graph
                  .initialValues(config.seed())
                  .forEach((name, value) -> memory.write(memory.buffer(), name, value.values())));
    } catch (RuntimeException | Error e) {
      memory.close();
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
    for (String slot : slots) {
      for (Parameter parameter : graph.parameters()) {
        if (parameter.trainable()) {
          names.add(Optimizer.tensor(slot, parameter.name()));
        }
      }
    }
    return names;
  }

  @Override
  public Tensor read(String name) {
    requireOpen();
    Found found = find(name);
    float[] values = new float[found.parameter.shape().elements()];
    onDevice(() -> memory.read(found.buffer, found.parameter.name(), values));
    return Tensor.of(found.parameter.shape(), values);
  }

  @Override
  public void write(String name, Tensor value) {
    requireOpen();
    Found found = find(name);
    if (!found.parameter.shape().equals(value.shape())) {
      throw new JacquardException(
          name + ": expected shape " + found.parameter.shape() + ", received " + value.shape());
    }
    onDevice(() -> memory.write(found.buffer, found.parameter.name(), value.values()));
  }

  private record Found(long buffer, Parameter parameter) {}

  private Found find(String name) {
    for (int slot = 0; slot < slots.size(); slot++) {
      String prefix = Optimizer.tensor(slots.get(slot), "");
      if (name.startsWith(prefix)) {
        Parameter parameter = graph.parameter(name.substring(prefix.length()));
        if (parameter.trainable()) {
          return new Found(trainer.slots().get(slot), parameter);
        }
      }
    }
    return new Found(memory.buffer(), graph.parameter(name));
  }

  @Override
  public ResidentData upload(DataSet data) {
    requireOpen();
    ResidentData.check(graph, data);
    ResidentSamples resident =
        onDevice(() -> new ResidentSamples(this, context, memory.queue(), data, uploads::remove));
    uploads.add(resident);
    return resident;
  }

  @Override
  public Trainer trainer(int batch, Optimizer rule) {
    requireOpen();
    requireBatch(batch);
    closeTrainer();
    Rehearsal<TrainingPlan> training =
        new Rehearsal<>(
            "training",
            (on, most) ->
                new TrainingPlan(this, on, graph, places, memory.buffer(), rule, most, config),
            TrainingPlan::close);
    trainer = compiled(training, batch);
    slots = rule.slots();
    return new OwnTrainer(trainer);
  }

  /** A trainer that the session forgets when it is closed. */
  private final class OwnTrainer implements Trainer {
    private final TrainingPlan plan;

    OwnTrainer(TrainingPlan plan) {
      this.plan = plan;
    }

    @Override
    public void run(ResidentData data, Stretch stretch, StretchResult result) {
      onDevice(() -> plan.run(data, stretch, result));
    }

    @Override
    public Plan plan() {
      return plan.plan();
    }

    @Override
    public void close() {
      if (trainer == plan) {
        closeTrainer();
      }
    }
  }

  private <T> T compiled(Rehearsal<T> plan, int batch) {
    return onDevice(() -> plan.perform(context, batch));
  }

  private void onDevice(Runnable work) {
    onDevice(
        () -> {
          work.run();
          return null;
        });
  }

  /** Does work in which a call that fails means that the device does, unless it is a compiler's. */
  private <T> T onDevice(Supplier<T> work) {
    try {
      return work.get();
    } catch (ClException e) {
      throw e.isBuildFailure() ? e : failed(e);
    }
  }

  private DeviceException failed(ClException e) {
    return new DeviceException(context.name() + " failed: " + e.getMessage() + hint(e), e);
  }

  private static String hint(ClException e) {
    if (e.isOutOfResources()) {
      return "; it may be out of memory (use smaller batches), or a kernel asked for too many"
          + " registers or touched memory that is not its own (update the driver, or report it)";
    }
    return e.isOutOfMemory()
        ? "; it may be out of memory (use smaller batches), or its driver failed"
        : "; the device is gone, or its driver failed";
  }

  private void closeTrainer() {
    if (trainer != null) {
      trainer.close();
      trainer = null;
      slots = List.of();
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
    Rehearsal<InferencePlan> inference =
        new Rehearsal<>(
            "inference",
            (on, most) ->
                new InferencePlan(
                    this,
                    on,
                    graph,
                    places,
                    memory.buffer(),
                    most,
                    config.fuse(),
                    predictors::remove),
            InferencePlan::close);
    InferencePlan plan = compiled(inference, batch);
    predictors.add(plan);
    return new OwnPredictor(plan);
  }

  /** A predictor whose failures name the device. */
  private final class OwnPredictor implements Predictor {
    private final InferencePlan plan;

    OwnPredictor(InferencePlan plan) {
      this.plan = plan;
    }

    @Override
    public void predict(
        ResidentData data, int first, int count, float[] probabilities, float[] losses) {
      onDevice(() -> plan.predict(data, first, count, probabilities, losses));
    }

    @Override
    public Plan plan() {
      return plan.plan();
    }

    @Override
    public void close() {
      plan.close();
    }
  }

  @Override
  public MemoryUse memory() {
    long buffers = memory.buffers();
    long stateBytes = memory.bytes();
    long data = uploads.stream().mapToLong(ResidentSamples::bytes).sum();
    long work = predictors.stream().mapToLong(InferencePlan::bytes).sum();
    buffers += uploads.stream().mapToLong(ResidentSamples::buffers).sum();
    buffers += predictors.stream().mapToLong(InferencePlan::buffers).sum();
    if (trainer != null) {
      long slotBytes = 4L * places.trainable() * slots.size();
      buffers += trainer.buffers();
      stateBytes += slotBytes;
      work += trainer.bytes() - slotBytes;
    }
    return new MemoryUse(buffers, stateBytes, data, work);
  }

  @Override
  public List<StageTime> profile() {
    requireOpen();
    return profile.times();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closeTrainer();
      predictors.forEach(InferencePlan::close);
      uploads.forEach(ResidentSamples::close);
      memory.close();
      onClose.accept(this);
    }
  }
}
