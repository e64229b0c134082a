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

/** Inference as launches. Each caller has buffers, kernels and a queue of its own. */
public final class InferencePlan implements Predictor {
  private final Object owner;
  private final Context context;
  private final Graph graph;
  private final Parameters places;
  private final long values;
  private final int batch;
  private final boolean fuse;
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
      boolean fuse,
      Consumer<InferencePlan> onClose) {
    this.owner = owner;
    this.context = context;
    this.graph = graph;
    this.places = places;
    this.values = values;
    this.batch = batch;
    this.fuse = fuse;
    this.onClose = onClose;
    Workspace first = new Workspace();
    idle.add(first);
    List<Plan.Stage> stages = first.script.stages();
    String print = Fingerprint.of(graph, context, first.script.programs() + " inference " + batch);
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
    } catch (RuntimeException | Error e) {
      // What its queue still holds is not for another caller.
      all.remove(workspace);
      workspace.script.close();
      throw e;
    }
    giveBack(workspace);
  }

  private Workspace take() {
    Workspace workspace;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the predictor is closed");
      }
      workspace = idle.poll();
    }
    return workspace == null ? new Workspace() : workspace;
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
    private List<Launch> before = List.of();
    private final long probabilities;
    private final long losses;

    Workspace() {
      try {
        Memory memory = script.memory();
        probabilities = memory.buffer(4L * batch * graph.classes(), "the probabilities");
        losses = memory.buffer(4L * batch, "the losses");
        State state = new State(InferencePlan.this.values, places, memory);
        Values of = new Values(graph, memory, batch, false);
        compile(of, state);
        staging = Host.bytes(4L * batch * graph.classes());
        context.cl().finish(script.queue());
        script.complete();
        all.add(this);
      } catch (RuntimeException | Error e) {
        script.close();
        throw e;
      }
    }

    private void compile(Values of, State state) {
      Products tiles = new TileProducts(script, graph, state, batch, script.any());
      boolean rows = fuse && context.limits().processor();
      Products products = rows ? new RowProducts(script, null, tiles, batch, script.any()) : tiles;
      Forward others = new Forward(script, graph, of, state, products, batch, false, 0, 0);
      if (!fuse) {
        others.compile();
        head(of);
        return;
      }
      Fusion fusion = new Fusion(graph, new ChainShape(context.limits()));
      Job job = new Job(script, graph, fusion, of, state, products, batch, false, 0, 0);
      FusedForward forward = new FusedForward(job, others);
      forward.compile();
      before = forward.folding().launches();
      if (fusion.tail() == null) {
        head(of);
      } else {
        new Classifier(job, forward).predict(probabilities, losses);
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
      before.forEach(launch -> launch.run(turn));
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
