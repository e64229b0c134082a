package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceException;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.backend.Tuner;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.opencl.plan.Context;
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
final class TuningTrial implements Search.Trial, AutoCloseable {
  /** Samples of the step that is compared with the definition, which is slow. */
  private static final int FEW = 4;

  /**
   * How far a tensor's change may be off, as a share of its size. Rounding makes 1e-5 or less of
   * it, but may move a maximum of a pooling window; a tile that is cut wrongly makes 1e-1.
   */
  private static final double TOLERANCE = 2e-3;

  /** The same where operands are rounded to tf32, which moves more maxima. */
  private static final double ROUNDED = 0.1;

  /** The same as a share of the largest change: of a gradient that is 0, rounding leaves that. */
  private static final double FLOOR = 1e-5;

  /** Large, so that the change of parameters has as many digits as their gradient. */
  private static final double CHECKED_RATE = 0.1;

  /** Small, so that nothing overflows however long it goes on. */
  private static final double TIMED_RATE = 1e-7;

  private static final int MOST_STEPS = 64;

  /** Of the samples that are made up. */
  private static final int MOST_ELEMENTS = 1 << 28;

  /** Devices that fail so many times in a row are taken to be gone. */
  private static final int MOST_FAILURES = 4;

  private static final double ROUND_SECONDS = 0.04;

  private final Graph graph;
  private final Context context;
  private final Tuner.Request request;
  private final double tolerance;
  private final DataSet samples;
  private final Map<String, Tensor> initial;
  private final Map<String, Tensor> defined;
  private Map<String, Tensor> full;
  private int failures;

  /**
   * Computes what the definition makes of a step.
   *
   * @param builder makes programs, which are not worth keeping
   */
  TuningTrial(Graph graph, Context context, Context.ProgramBuilder builder, Tuner.Request request) {
    this.graph = graph;
    this.context = context.with(builder).with(request.precision());
    this.tolerance = request.precision() == Precision.TF32 ? ROUNDED : TOLERANCE;
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
    if ((long) batch * input.shape().elements() > MOST_ELEMENTS) {
      throw new JacquardException(
          "batch size "
              + batch
              + ": expected at most "
              + MOST_ELEMENTS / input.shape().elements()
              + " to tune for, which is fast for larger ones too");
    }
    int elements = batch * input.shape().elements();
    int[] labels = new int[batch];
    for (int i = 0; i < batch; i++) {
      labels[i] = random.nextInt(graph.classes());
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
      Optional<Search.Run> run = open(Chooser.of(tuning));
      failures = 0;
      return run;
    } catch (DeviceException e) {
      failures++;
      if (failures > MOST_FAILURES) {
        throw e;
      }
      return Optional.empty();
    } catch (JacquardException e) {
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
      SessionConfig config =
          new SessionConfig(request.seed(), request.precision(), true).withProfile();
      session = new OpenClSession(graph, config, context.with(chooser), closed -> {});
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
      if (step <= 0) {
        throw context.timeless();
      }
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
  private boolean matches(
      Map<String, Tensor> from, Map<String, Tensor> expected, Map<String, Tensor> actual) {
    double largest = 0;
    for (Map.Entry<String, Tensor> each : expected.entrySet()) {
      float[] before = from.get(each.getKey()).values();
      float[] right = each.getValue().values();
      largest = Math.max(largest, distance(before, right) / Math.sqrt(right.length));
    }
    for (Map.Entry<String, Tensor> each : expected.entrySet()) {
      float[] before = from.get(each.getKey()).values();
      float[] right = each.getValue().values();
      float[] made = actual.get(each.getKey()).values();
      double ulps = 0;
      for (float value : before) {
        ulps += Math.pow(Math.ulp(value), 2);
      }
      double allowed =
          tolerance * distance(before, right)
              + FLOOR * largest * Math.sqrt(right.length)
              + 2 * Math.sqrt(ulps);
      if (!(distance(right, made) <= allowed)) {
        return false;
      }
    }
    return true;
  }

  private static double distance(float[] one, float[] other) {
    double squares = 0;
    for (int i = 0; i < one.length; i++) {
      squares += Math.pow((double) one[i] - other[i], 2);
    }
    return Math.sqrt(squares);
  }

  /** Releases the programs of all candidates. */
  @Override
  public void close() {
    context.forget();
  }
}
