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
  /** Batches that are uploaded at once, at most. */
  private static final int MOST_STEPS = 256;

  /** Samples that are uploaded at once, at most, unless a batch has more. */
  private static final int MOST_SAMPLES = 1 << 14;

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
    try {
      this.plan = plan(first.script);
    } catch (RuntimeException | Error e) {
      first.script.close();
      throw e;
    }
  }

  private Plan plan(Script script) {
    String print = Fingerprint.of(graph, context, script.programs() + " inference " + batch);
    return new Plan(script.stages(), script.launches(), script.memory().bytes(), print);
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
    /** Batches that are uploaded at once. */
    private final int capacity = Math.max(1, Math.min(MOST_STEPS, MOST_SAMPLES / batch));

    private final Script script = new Script(context, capacity, "predict in smaller batches");
    private final Turn turn = new Turn();
    private final ByteBuffer records;
    private final ByteBuffer numbers;
    private final ByteBuffer staging;
    private final long indices;
    private List<Launch> before = List.of();
    private final long probabilities;
    private final long losses;

    Workspace() {
      try {
        Memory memory = script.memory();
        long samples = (long) capacity * batch;
        indices = memory.buffer(4 * samples, "the sample numbers");
        probabilities = memory.buffer(4 * samples * graph.classes(), "the probabilities");
        losses = memory.buffer(4 * samples, "the losses");
        records = Host.bytes(16L * capacity);
        numbers = Host.bytes(4 * samples);
        staging = Host.bytes(4 * samples * graph.classes());
        State state = new State(InferencePlan.this.values, places, memory);
        Values of = new Values(graph, memory, batch, false);
        compile(of, state);
        context.cl().finish(script.queue());
        script.complete();
        all.add(this);
      } catch (RuntimeException | Error e) {
        script.close();
        throw e;
      }
    }

    private void compile(Values of, State state) {
      TileProducts tiles = new TileProducts(script, state, batch, indices);
      Products products = fuse ? Products.of(script, tiles, null, batch, indices) : tiles;
      Fusion fusion = new Fusion(graph, new ChainShape(context.limits()), fuse, 0);
      Job job = new Job(script, graph, fusion, of, state, products, batch, false, 0, indices);
      ForwardPass forward = new ForwardPass(job);
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
          .buffer(indices)
          .buffer(probabilities)
          .buffer(losses)
          .over(Script.striding(batch));
    }

    void predict(ResidentSamples data, int from, int count, float[] into, float[] lossesInto) {
      int classes = graph.classes();
      turn.data = data;
      before.forEach(launch -> launch.run(turn));
      int some;
      for (int done = 0; done < count; done += some) {
        some = Math.min(capacity * batch, count - done);
        upload(from + done, some);
        for (turn.step = 0; turn.step * batch < some; turn.step++) {
          turn.n = Math.min(batch, some - turn.step * batch);
          script.run(turn);
        }
        read(probabilities, some * classes, into, done * classes);
        if (lossesInto != null) {
          read(losses, some, lossesInto, done);
        }
      }
      turn.data = null;
    }

    /** Sends the batches' sizes and the numbers of their samples. */
    private void upload(int from, int count) {
      records.clear();
      for (int done = 0; done < count; done += batch) {
        records.putInt(Math.min(batch, count - done)).putInt(0).putInt(0).putInt(0);
      }
      numbers.clear();
      for (int i = 0; i < count; i++) {
        numbers.putInt(from + i);
      }
      script.cl().write(script.queue(), script.steps(), 0, records.flip());
      script.cl().write(script.queue(), indices, 0, numbers.flip());
    }

    private void read(long buffer, int count, float[] into, int at) {
      script.cl().read(script.queue(), buffer, 0, staging.clear().limit(4 * count));
      for (int i = 0; i < count; i++) {
        into[at + i] = staging.getFloat(4 * i);
      }
    }
  }
}
