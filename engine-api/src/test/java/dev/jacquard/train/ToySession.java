package dev.jacquard.train;

import dev.jacquard.backend.DeviceException;
import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.random.Philox;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A linear classifier in fp32, trained by gradient descent with momentum 0.9. What it computes
 * depends on the global step and the position in the epoch, as dropout does, so a loop that gets
 * either wrong gets other bits. It can be told to fail, and keeps its own time.
 */
final class ToySession implements Session {
  static final int INPUTS = 4;
  static final int CLASSES = 3;
  static final Shape KERNEL = Shape.of(INPUTS, CLASSES);

  /** Each step's sample numbers, in the order in which the steps ran. */
  final List<List<Integer>> batches = new ArrayList<>();

  /** Each step's global number and the position in the epoch of its first sample. */
  final List<List<Long>> places = new ArrayList<>();

  final List<Double> rates = new ArrayList<>();
  final List<Integer> stretches = new ArrayList<>();
  final Map<String, Tensor> state = new TreeMap<>();
  String fingerprint = "toy-1";
  long nanosecondsAStep = 1_000_000;
  long clock;

  /** The step (from 0) whose loss is NaN; none if negative. */
  long nanLossAt = -1;

  /** The step (from 0) after which a weight is NaN; none if negative. */
  long nanWeightAfter = -1;

  /** The step (from 0) in which the device fails; none if negative. */
  long failureAt = -1;

  private final long seed;

  ToySession(long seed) {
    this.seed = seed;
    state.putAll(graph().initialValues(seed));
  }

  static Graph graph() {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(INPUTS));
    builder.add("dense", new Op.Dense(CLASSES, false), 0);
    return builder.build("head", 0);
  }

  /**
   * Samples that a linear classifier can learn in part: class {@code c} is bright at element {@code
   * c}, with noise.
   */
  static DataSet data(String name, int size) {
    float[] elements = new float[size * INPUTS];
    int[] labels = new int[size];
    int[] words = new int[4];
    for (int n = 0; n < size; n++) {
      Philox.block(name.hashCode(), n, 0, 0, Philox.stream(Philox.Purpose.TEST, 1), words, 0);
      labels[n] = (words[0] >>> 8) % CLASSES;
      for (int k = 0; k < INPUTS; k++) {
        elements[n * INPUTS + k] = Philox.unit(words[k]) + (k == labels[n] ? 0.5f : 0);
      }
    }
    return DataSet.ofFloats(name, Shape.of(INPUTS), elements, labels, List.of("a", "b", "c"));
  }

  long nanoTime() {
    return clock;
  }

  @Override
  public List<String> tensors() {
    return List.copyOf(state.keySet());
  }

  @Override
  public Tensor read(String name) {
    return Tensor.of(state.get(name).shape(), state.get(name).values().clone());
  }

  @Override
  public void write(String name, Tensor value) {
    state.put(name, Tensor.of(value.shape(), value.values().clone()));
  }

  @Override
  public ResidentData upload(DataSet data) {
    return new Uploaded(data);
  }

  @Override
  public Trainer trainer(int batch, Optimizer optimizer) {
    state.put("optimizer/momentum/dense/kernel", Tensor.zeros(KERNEL));
    return new ToyTrainer();
  }

  @Override
  public Predictor predictor(int batch) {
    return new ToyPredictor();
  }

  @Override
  public MemoryUse memory() {
    return new MemoryUse(0, 0, 0, 0);
  }

  @Override
  public List<StageTime> profile() {
    return List.of();
  }

  @Override
  public void close() {}

  private float[] kernel() {
    return state.get("dense/kernel").values();
  }

  /** Writes the probabilities of sample {@code x[from..]}; returns the loss. */
  private float forward(float[] x, int from, float first, int label, float[] p, int to) {
    float sum = 0;
    for (int u = 0; u < CLASSES; u++) {
      float z = first * kernel()[u];
      for (int k = 1; k < INPUTS; k++) {
        z += x[from + k] * kernel()[k * CLASSES + u];
      }
      p[to + u] = (float) Math.exp(z);
      sum += p[to + u];
    }
    for (int u = 0; u < CLASSES; u++) {
      p[to + u] /= sum;
    }
    return (float) -Math.log(p[to + label]);
  }

  private record Uploaded(DataSet data) implements ResidentData {
    @Override
    public int size() {
      return data.size();
    }

    @Override
    public void close() {}
  }

  private final class ToyTrainer implements Trainer {
    @Override
    public void run(ResidentData data, Stretch stretch, StretchResult result) {
      stretches.add(stretch.steps());
      for (int s = 0; s < stretch.steps(); s++) {
        step(((Uploaded) data).data(), stretch, s, result);
        clock += nanosecondsAStep;
      }
    }

    private void step(DataSet data, Stretch stretch, int s, StretchResult result) {
      long step = stretch.firstStep() + s;
      if (step == failureAt) {
        throw new DeviceException("toy failed: it fell", null);
      }
      float[] gradient = new float[INPUTS * CLASSES];
      float[] p = new float[CLASSES];
      int[] words = new int[4];
      List<Integer> batch = new ArrayList<>();
      float loss = 0;
      int hits = 0;
      for (int n = 0; n < stretch.size(s); n++) {
        int sample = stretch.indices()[s * stretch.batch() + n];
        batch.add(sample);
        int stream = Philox.stream(Philox.Purpose.DROPOUT, 1);
        Philox.block(seed, 0, stretch.position(s) + n, (int) step, stream, words, 0);
        int from = sample * INPUTS;
        float first = words[0] < 0 ? 0 : data.floats()[from];
        int label = data.label(sample);
        loss += forward(data.floats(), from, first, label, p, 0);
        boolean hit = p[label] >= p[0] && p[label] >= p[1] && p[label] >= p[2];
        hits += hit ? 1 : 0;
        for (int i = 0; i < gradient.length; i++) {
          int k = i / CLASSES;
          int u = i % CLASSES;
          float x = k == 0 ? first : data.floats()[from + k];
          gradient[i] += x * (p[u] - (u == label ? 1 : 0)) / stretch.size(s);
        }
      }
      update(gradient, (float) stretch.rate(s));
      batches.add(batch);
      places.add(List.of(step, (long) stretch.position(s)));
      rates.add(stretch.rate(s));
      result.losses()[s] = step == nanLossAt ? Float.NaN : loss / stretch.size(s);
      result.hits()[s] = hits;
      if (step == nanLossAt || step == nanWeightAfter) {
        kernel()[0] = Float.NaN;
      }
    }

    private void update(float[] gradient, float rate) {
      float[] m = state.get("optimizer/momentum/dense/kernel").values();
      for (int i = 0; i < gradient.length; i++) {
        m[i] = 0.9f * m[i] - rate * gradient[i];
        kernel()[i] += m[i];
      }
    }

    @Override
    public Plan plan() {
      return new Plan(List.of(), 1, 0, fingerprint);
    }

    @Override
    public void close() {}
  }

  private final class ToyPredictor implements Predictor {
    @Override
    public void predict(
        ResidentData data, int first, int count, float[] probabilities, float[] losses) {
      DataSet set = ((Uploaded) data).data();
      for (int n = 0; n < count; n++) {
        int from = (first + n) * INPUTS;
        int label = set.label(first + n);
        losses[n] =
            forward(set.floats(), from, set.floats()[from], label, probabilities, n * CLASSES);
      }
    }

    @Override
    public Plan plan() {
      return new Plan(List.of(), 1, 0, fingerprint);
    }

    @Override
    public void close() {}
  }
}
