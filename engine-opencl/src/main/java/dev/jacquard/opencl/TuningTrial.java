package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceException;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.backend.Tuner;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.plan.Context;
import dev.jacquard.opencl.plan.OutOfMemory;
import dev.jacquard.opencl.tuning.Chooser;
import dev.jacquard.opencl.tuning.Search;
import dev.jacquard.opencl.tuning.Tuning;
import dev.jacquard.reference.ReferenceBackend;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Runs training steps with launches cut in a given way, on samples that are made up. First come two
 * steps whose numbers are checked: one of a few samples against the definition in double precision,
 * and one of a full batch against what the choices without tuning make of it. Then the stages are
 * timed.
 */
final class TuningTrial implements Search.Trial {
  /** Samples of the step that is compared with the definition, which is slow. */
  private static final int FEW = 4;

  /**
   * How far a tensor's change may be off, as a share of its size. Rounding makes 1e-5 or less of
   * it, but may move a maximum of a pooling window; a tile that is cut wrongly makes 1e-1.
   */
  private static final double TOLERANCE = 2e-3;

  /** Large, so that the change of parameters has as many digits as their gradient. */
  private static final double CHECKED_RATE = 0.1;

  /** Small, so that nothing overflows however long it goes on. */
  private static final double TIMED_RATE = 1e-7;

  private static final int MOST_STEPS = 64;
  private static final double ROUND_SECONDS = 0.04;

  private final Graph graph;
  private final Context context;
  private final Context.ProgramBuilder builder;
  private final Tuner.Request request;
  private final DataSet samples;
  private final Map<String, Tensor> initial;
  private final Map<String, Tensor> defined;
  private Map<String, Tensor> full;

  /**
   * Computes what the definition makes of a step.
   *
   * @param builder makes programs, which are not worth keeping
   */
  TuningTrial(Graph graph, Context context, Context.ProgramBuilder builder, Tuner.Request request) {
    this.graph = graph;
    this.builder = builder;
    this.context = context;
    this.request = request;
    this.samples = samples(graph, request.batch(), request.seed());
    this.initial = graph.initialValues(request.seed());
    try (Device device = new ReferenceBackend().open(ReferenceBackend.ID, BackendOptions.none());
        Session session = device.session(graph, SessionConfig.of(request.seed()));
        ResidentData data = session.upload(samples);
        Trainer trainer = session.trainer(request.batch(), sgd())) {
      steps(trainer, data, few(), 0, 1, CHECKED_RATE);
      this.defined = state(session);
    }
  }

  private static Optimizer sgd() {
    return new Optimizer.Sgd(CHECKED_RATE, 0, false);
  }

  private int few() {
    return Math.min(FEW, request.batch());
  }

  /** A batch of noise. */
  private static DataSet samples(Graph graph, int batch, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Op.Input input = graph.input();
    int elements = Math.multiplyExact(batch, input.shape().elements());
    byte[] labels = new byte[batch];
    for (int i = 0; i < batch; i++) {
      labels[i] = (byte) random.nextInt(graph.classes());
    }
    List<String> classes = IntStream.range(0, graph.classes()).mapToObj(Integer::toString).toList();
    String name = "samples made up";
    if (input.stored() == DType.U8) {
      byte[] bytes = new byte[elements];
      random.nextBytes(bytes);
      return DataSet.ofBytes(name, input.shape(), bytes, labels, classes);
    }
    float[] floats = new float[elements];
    for (int i = 0; i < elements; i++) {
      floats[i] = (float) random.nextDouble(-1, 1);
    }
    return DataSet.ofFloats(name, input.shape(), floats, labels, classes);
  }

  private static Map<String, Tensor> state(Session session) {
    Map<String, Tensor> state = new HashMap<>();
    session.tensors().forEach(name -> state.put(name, session.read(name)));
    return state;
  }

  /** Trains steps of the first {@code size} samples. */
  private void steps(
      Trainer trainer, ResidentData data, int size, long first, int count, double rate) {
    Stretch stretch = new Stretch(request.batch(), count);
    stretch.clear(first);
    int[] order = IntStream.range(0, request.batch()).toArray();
    for (int i = 0; i < count; i++) {
      stretch.add(order, 0, size, 0, rate);
    }
    trainer.run(data, stretch, new StretchResult(count));
  }

  @Override
  public Optional<Search.Run> open(Tuning tuning) {
    try {
      return open(Chooser.of(tuning));
    } catch (ClException | OutOfMemory | DeviceException e) {
      // It is too large for the device, or its compiler fails.
      return Optional.empty();
    }
  }

  /** The same with choices by whatever else. */
  Optional<Search.Run> open(Chooser chooser) {
    Timed timed = new Timed(chooser);
    try {
      if (timed.isRight()) {
        return Optional.of(timed);
      }
    } catch (RuntimeException | Error e) {
      timed.close();
      throw e;
    }
    timed.close();
    return Optional.empty();
  }

  /** A session that trains, and tells how long its stages take. */
  private final class Timed implements Search.Run {
    private final Session session;
    private final ResidentData data;
    private final Trainer trainer;
    private long next;
    private int count = 1;

    Timed(Chooser chooser) {
      SessionConfig config = SessionConfig.of(request.seed()).withProfile();
      session = new OpenClSession(graph, config, context.with(chooser, builder), closed -> {});
      try {
        data = session.upload(samples);
        trainer = session.trainer(request.batch(), sgd());
      } catch (RuntimeException | Error e) {
        session.close();
        throw e;
      }
    }

    boolean isRight() {
      steps(trainer, data, few(), 0, 1, CHECKED_RATE);
      if (!matches(initial, defined, state(session))) {
        return false;
      }
      initial.forEach(session::write);
      steps(trainer, data, request.batch(), 1, 1, CHECKED_RATE);
      Map<String, Tensor> made = state(session);
      if (full == null) {
        full = made;
      }
      session.profile();
      next = 2;
      double step = round().values().stream().mapToDouble(Double::doubleValue).sum();
      count = (int) Math.max(1, Math.min(MOST_STEPS, ROUND_SECONDS / step));
      return matches(initial, full, made);
    }

    @Override
    public Map<String, Double> round() {
      steps(trainer, data, request.batch(), next, count, TIMED_RATE);
      next += count;
      Map<String, Double> times = new HashMap<>();
      for (StageTime time : session.profile()) {
        times.put(time.stage(), time.nanoseconds() / 1e9 / count);
      }
      return times;
    }

    @Override
    public void close() {
      session.close();
    }
  }

  /** Whether every tensor changed as expected. */
  private static boolean matches(
      Map<String, Tensor> from, Map<String, Tensor> expected, Map<String, Tensor> actual) {
    for (Map.Entry<String, Tensor> each : expected.entrySet()) {
      float[] before = from.get(each.getKey()).values();
      float[] right = each.getValue().values();
      float[] made = actual.get(each.getKey()).values();
      double change = 0;
      double off = 0;
      double ulps = 0;
      for (int i = 0; i < right.length; i++) {
        change += Math.pow((double) right[i] - before[i], 2);
        off += Math.pow((double) made[i] - right[i], 2);
        ulps += Math.pow(Math.ulp(before[i]), 2);
      }
      if (!(Math.sqrt(off) <= TOLERANCE * Math.sqrt(change) + 2 * Math.sqrt(ulps))) {
        return false;
      }
    }
    return true;
  }
}
