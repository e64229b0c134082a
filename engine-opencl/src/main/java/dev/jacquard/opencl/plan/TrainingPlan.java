package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A training step as launches, op by op; a stretch is queued whole, and waited for once. */
public final class TrainingPlan implements Trainer {
  /** Steps that are uploaded at once; longer stretches are cut. */
  private static final int CAPACITY = 256;

  private static final int RECORD = 16;

  private final Object owner;
  private final int batch;
  private final Script script;
  private final UpdateRule rule;
  private final Turn turn = new Turn();
  private final List<Long> slots = new ArrayList<>();
  private final long indices;
  private final long rates;
  private final long losses;
  private final long hits;
  private final ByteBuffer numbers = Host.bytes(Math.multiplyExact(4 * CAPACITY, 1));
  private final ByteBuffer records = Host.bytes(RECORD * CAPACITY);
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
      long seed) {
    this.owner = owner;
    this.batch = batch;
    this.rule = new UpdateRule(optimizer);
    this.samples = Host.bytes(Math.multiplyExact(4 * CAPACITY, batch));
    this.script = new Script(context, CAPACITY, "use a smaller --batch-size or network");
    try {
      Memory memory = script.memory();
      this.indices = memory.buffer(4L * CAPACITY * batch, "the sample numbers");
      this.rates = memory.buffer(8L * CAPACITY, "the learning rates");
      this.losses = memory.buffer(4L * CAPACITY, "the losses");
      this.hits = memory.buffer(4L * CAPACITY, "the hits");
      int floats = places.trainable();
      long gradients = memory.zeros(script.queue(), floats, "the gradients");
      for (String slot : optimizer.slots()) {
        slots.add(memory.zeros(script.queue(), floats, "the optimiser's " + slot));
      }
      State state = new State(values, places, memory);
      compile(graph, state, new State(gradients, places, memory), seed);
      rule.compile(script, rates, state, gradients, slots, floats);
      context.cl().finish(script.queue());
      List<Plan.Stage> stages = script.stages();
      String print = Fingerprint.of(graph, context, stages + " " + optimizer + batch);
      this.plan = new Plan(stages, script.launches(), memory.bytes(), print);
    } catch (RuntimeException | Error e) {
      script.close();
      throw e;
    }
  }

  private void compile(Graph graph, State state, State gradients, long seed) {
    Values values = new Values(graph, script.memory(), batch, true);
    Forward forward = new Forward(script, graph, values, state, batch, true, seed, indices);
    Kept kept = forward.compile();
    head(graph, values);
    new Backward(script, graph, values, state, gradients, kept, batch, seed).compile();
  }

  private void head(Graph graph, Values values) {
    Node head = graph.head();
    int logits = head.inputs().get(0);
    float smoothing = ((Op.SoftmaxCrossEntropy) head.op()).labelSmoothing();
    long sampleLosses = script.memory().buffer(4L * batch, "the samples' losses");
    long sampleHits = script.memory().buffer(4L * batch, "the samples' hits");
    Defines defines =
        new Defines()
            .with("CLASSES", graph.classes())
            .with("BATCH", batch)
            .with("SMOOTHING", smoothing);
    String family = "softmax_cross_entropy";
    values.accumulates(logits);
    script
        .stepped(head.name(), head, family, family, defines)
        .buffer(values.value(logits))
        .labels()
        .buffer(indices)
        .buffer(values.gradient(logits))
        .buffer(sampleLosses)
        .buffer(sampleHits)
        .over(Script.striding(batch));
    script
        .stepped(head.name() + " sum", head, family, family + "_sum", defines)
        .buffer(sampleLosses)
        .buffer(sampleHits)
        .buffer(losses)
        .buffer(hits)
        .over(dev.jacquard.opencl.binding.WorkSize.of(1, 64));
  }

  @Override
  public void run(ResidentData data, Stretch stretch, StretchResult result) {
    if (closed) {
      throw new IllegalStateException("the trainer is closed");
    }
    turn.data = ResidentSamples.of(data, owner);
    stretch.check(batch, turn.data.size(), result);
    try {
      for (int first = 0; first < stretch.steps(); first += CAPACITY) {
        run(stretch, first, Math.min(CAPACITY, stretch.steps() - first), result);
      }
    } finally {
      turn.data = null;
    }
  }

  private void run(Stretch stretch, int first, int count, StretchResult result) {
    upload(stretch, first, count);
    for (int step = 0; step < count; step++) {
      turn.step = step;
      turn.n = stretch.size(first + step);
      script.run(turn);
    }
    script.cl().read(script.queue(), losses, 0, numbers.clear().limit(4 * count));
    for (int step = 0; step < count; step++) {
      result.losses()[first + step] = numbers.getFloat(4 * step);
    }
    script.cl().read(script.queue(), hits, 0, numbers.clear().limit(4 * count));
    for (int step = 0; step < count; step++) {
      result.hits()[first + step] = numbers.getInt(4 * step);
    }
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
