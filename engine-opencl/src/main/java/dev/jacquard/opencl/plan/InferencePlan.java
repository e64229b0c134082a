package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Inference as launches, op by op. Each caller has buffers, kernels and a queue of its own. */
public final class InferencePlan implements Predictor {
  private final Object owner;
  private final Context context;
  private final Graph graph;
  private final Parameters places;
  private final long values;
  private final int batch;
  private final Consumer<InferencePlan> onClose;
  private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();
  private final Queue<Workspace> all = new ConcurrentLinkedQueue<>();
  private final Plan plan;
  private boolean closed;

  /**
   * Compiles the plan.
   *
   * @param owner what stands for the session
   * @param values all parameters of the session
   * @param onClose is told when it is closed
   */
  public InferencePlan(
      Object owner,
      Context context,
      Graph graph,
      Parameters places,
      long values,
      int batch,
      Consumer<InferencePlan> onClose) {
    this.owner = owner;
    this.context = context;
    this.graph = graph;
    this.places = places;
    this.values = values;
    this.batch = batch;
    this.onClose = onClose;
    Workspace first = new Workspace();
    idle.add(first);
    List<Plan.Stage> stages = first.script.stages();
    String print = Fingerprint.of(graph, context, stages + " inference " + batch);
    this.plan = new Plan(stages, first.script.launches(), first.script.memory().bytes(), print);
  }

  @Override
  public void predict(
      ResidentData data, int first, int count, float[] probabilities, float[] losses) {
    ResidentSamples own = ResidentSamples.of(data, owner);
    Predictor.check(graph, own.name(), own.size(), first, count, probabilities, losses);
    Workspace workspace = take();
    try {
      workspace.predict(own, first, count, probabilities, losses);
    } finally {
      giveBack(workspace);
    }
  }

  private Workspace take() {
    Workspace workspace = idle.poll();
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the predictor is closed");
      }
      return workspace == null ? new Workspace() : workspace;
    }
  }

  private synchronized void giveBack(Workspace workspace) {
    if (closed) {
      workspace.script.close();
    } else {
      idle.add(workspace);
    }
  }

  @Override
  public Plan plan() {
    return plan;
  }

  /** Bytes of its buffers. */
  public long bytes() {
    return all.stream().mapToLong(workspace -> workspace.script.memory().bytes()).sum();
  }

  /** How many buffers it has. */
  public int buffers() {
    return all.stream().mapToInt(workspace -> workspace.script.memory().buffers()).sum();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      idle.forEach(workspace -> workspace.script.close());
      idle.clear();
    }
    onClose.accept(this);
  }

  /** One caller's script. */
  private final class Workspace {
    private final Script script = new Script(context, 1, "predict in smaller batches");
    private final Turn turn = new Turn();
    private final ByteBuffer record = Host.bytes(16);
    private final ByteBuffer staging;
    private final long probabilities;
    private final long losses;

    Workspace() {
      try {
        staging = Host.bytes(Math.multiplyExact(4 * batch, graph.classes()));
        Memory memory = script.memory();
        probabilities = memory.buffer(4L * batch * graph.classes(), "the probabilities");
        losses = memory.buffer(4L * batch, "the losses");
        State state = new State(InferencePlan.this.values, places, memory);
        Values of = new Values(graph, memory, batch, false);
        new Forward(script, graph, of, state, batch, false, 0, 0).compile();
        head(of);
        context.cl().finish(script.queue());
        all.add(this);
      } catch (RuntimeException | Error e) {
        script.close();
        throw e;
      }
    }

    private void head(Values of) {
      Node head = graph.head();
      Defines defines =
          new Defines().with("CLASSES", graph.classes()).with("BATCH", batch).with("SMOOTHING", 0f);
      String family = "softmax_cross_entropy";
      script
          .stepped(head.name(), head, family, family + "_inference", defines)
          .buffer(of.value(head.inputs().get(0)))
          .labels()
          .first()
          .buffer(probabilities)
          .buffer(losses)
          .over(Script.striding(batch));
    }

    void predict(ResidentSamples data, int from, int count, float[] into, float[] lossesInto) {
      int classes = graph.classes();
      turn.data = data;
      for (int done = 0; done < count; done += turn.n) {
        turn.first = from + done;
        turn.n = Math.min(batch, count - done);
        record.clear();
        record.putInt(turn.n).putInt(0).putInt(0).putInt(0);
        script.cl().write(script.queue(), script.steps(), 0, record.flip());
        script.run(turn);
        read(probabilities, turn.n * classes, into, done * classes);
        if (lossesInto != null) {
          read(losses, turn.n, lossesInto, done);
        }
      }
      turn.data = null;
    }

    private void read(long buffer, int count, float[] into, int at) {
      script.cl().read(script.queue(), buffer, 0, staging.clear().limit(4 * count));
      for (int i = 0; i < count; i++) {
        into[at + i] = staging.getFloat(4 * i);
      }
    }
  }
}
