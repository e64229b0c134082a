package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A training step as launches; a stretch is queued whole, and waited for once. */
public final class TrainingPlan implements Trainer {
  /** Steps that are uploaded at once, at most; longer stretches are cut. */
  private static final int MOST_STEPS = 256;

  /** Sample numbers that are uploaded at once, at most, unless a step has more. */
  private static final int MOST_SAMPLES = 1 << 22;

  private static final int RECORD = 16;

  private final Object owner;
  private final int batch;
  private final Script script;
  private final UpdateRule rule;
  private final Turn turn = new Turn();
  private final List<Long> slots = new ArrayList<>();
  private final long indices;
  private final long rates;
  private final TrainingCompiler.Step step;
  private final ByteBuffer numbers;
  private final int capacity;
  private final ByteBuffer records;
  private final ByteBuffer samples;
  private final Plan plan;
  private boolean closed;

  /**
   * Compiles the plan.
   *
   * @param owner what stands for the session
   * @param values all parameters of the session
   */
  public TrainingPlan(
      Object owner,
      Context context,
      Graph graph,
      Parameters places,
      long values,
      Optimizer optimizer,
      int batch,
      SessionConfig config) {
    this.owner = owner;
    this.batch = batch;
    this.capacity = Math.max(1, Math.min(MOST_STEPS, MOST_SAMPLES / batch));
    this.records = Host.bytes((long) RECORD * capacity);
    this.rule = new UpdateRule(optimizer);
    this.script = new Script(context, capacity, "use a smaller --batch-size or network");
    try {
      Memory memory = script.memory();
      this.indices = memory.buffer(4L * capacity * batch, "the sample numbers");
      this.rates = memory.buffer(8L * capacity, "the learning rates");
      int floats = places.trainable();
      for (String slot : optimizer.slots()) {
        slots.add(memory.zeros(script.queue(), floats, "the optimiser's " + slot));
      }
      State state = new State(values, places, memory);
      TrainingCompiler compiler =
          new TrainingCompiler(script, graph, state, config, batch, capacity, indices);
      this.step = compiler.compile(rule, rates, slots);
      this.samples = Host.bytes(4L * capacity * batch);
      this.numbers = Host.bytes(4L * capacity * step.groups());
      context.cl().finish(script.queue());
      List<Plan.Stage> stages = script.stages();
      String print = Fingerprint.of(graph, context, script.programs() + optimizer + batch);
      this.plan = new Plan(stages, script.launches(), memory.bytes(), print);
      script.complete();
    } catch (RuntimeException | Error e) {
      script.close();
      throw e;
    }
  }

  @Override
  public void run(ResidentData data, Stretch stretch, StretchResult result) {
    if (closed) {
      throw new IllegalStateException("the trainer is closed");
    }
    turn.data = ResidentSamples.of(data, owner);
    stretch.check(batch, turn.data.size(), result);
    try {
      for (int first = 0; first < stretch.steps(); first += capacity) {
        run(stretch, first, Math.min(capacity, stretch.steps() - first), result);
      }
    } finally {
      turn.data = null;
    }
  }

  private void run(Stretch stretch, int first, int count, StretchResult result) {
    upload(stretch, first, count);
    script.begin(turn, count);
    for (int each = 0; each < count; each++) {
      turn.step = each;
      turn.n = stretch.size(first + each);
      script.run(turn);
    }
    read(step.losses(), count);
    for (int each = 0; each < count; each++) {
      float sum = 0;
      for (int group = 0; group < step.groups(); group++) {
        sum += numbers.getFloat(4 * (each * step.groups() + group));
      }
      result.losses()[first + each] = step.summed() ? sum / stretch.size(first + each) : sum;
    }
    read(step.hits(), count);
    for (int each = 0; each < count; each++) {
      int sum = 0;
      for (int group = 0; group < step.groups(); group++) {
        sum += numbers.getInt(4 * (each * step.groups() + group));
      }
      result.hits()[first + each] = sum;
    }
  }

  private void read(long buffer, int count) {
    ByteBuffer to = numbers.clear().limit(4 * count * step.groups());
    script.cl().read(script.queue(), buffer, 0, to);
  }

  private void upload(Stretch stretch, int first, int count) {
    samples.clear();
    records.clear();
    for (int step = first; step < first + count; step++) {
      int at = step * stretch.batch();
      for (int i = 0; i < batch; i++) {
        samples.putInt(i < stretch.size(step) ? stretch.indices()[at + i] : 0);
      }
      records.putInt(stretch.size(step)).putInt(stretch.position(step));
      records.putInt((int) (stretch.firstStep() + step)).putFloat((float) stretch.rate(step));
    }
    script.cl().write(script.queue(), indices, 0, samples.flip());
    script.cl().write(script.queue(), script.steps(), 0, records.flip());
    records.clear();
    for (int step = first; step < first + count; step++) {
      records.putFloat(rule.rate(stretch.rate(step), stretch.firstStep() + step));
      records.putFloat(rule.decay(stretch.rate(step)));
    }
    script.cl().write(script.queue(), rates, 0, records.flip());
  }

  @Override
  public Plan plan() {
    return plan;
  }

  /** The buffers of the optimiser's slots, each like the trainable parameters. */
  public List<Long> slots() {
    return List.copyOf(slots);
  }

  /** Bytes of its buffers. */
  public long bytes() {
    return script.memory().bytes();
  }

  /** How many buffers it has. */
  public int buffers() {
    return script.memory().buffers();
  }

  @Override
  public void close() {
    closed = true;
    script.close();
  }
}
