package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.StageTime;
import dev.jacquard.cpu.thread.Workers;
import dev.jacquard.error.JacquardException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Inference. The folded weights are shared by all callers; each has a workspace of its own while it
 * predicts.
 */
public final class InferencePlan implements Predictor {
  private final Blueprint blueprint;
  private final float[] state;
  private final LongSupplier version;
  private final int batch;
  private final Workers workers;
  private final Arena arena;
  private final Folded folded;
  private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();
  private final Queue<Workspace> all = new ConcurrentLinkedQueue<>();
  private final Plan plan;
  private final Consumer<InferencePlan> onClose;
  private long seen = -1;
  private volatile boolean closed;

  /**
   * Compiles the plan.
   *
   * @param state all parameters of the session
   * @param version changes whenever they do
   * @param arena the plan's own
   * @param onClose is told when it is closed
   */
  public InferencePlan(
      Blueprint blueprint,
      float[] state,
      LongSupplier version,
      int batch,
      Workers workers,
      Arena arena,
      Consumer<InferencePlan> onClose) {
    this.blueprint = blueprint;
    this.onClose = onClose;
    this.state = state;
    this.version = version;
    this.batch = batch;
    this.workers = workers;
    this.arena = arena;
    this.folded = new Folded(blueprint, arena);
    Workspace first = new Workspace(arena);
    idle.add(first);
    this.plan = first.stages.plan(arena.bytes(), "inference" + blueprint.identity() + batch);
  }

  @Override
  public void predict(
      ResidentData data, int first, int count, float[] probabilities, float[] losses) {
    if (closed) {
      throw new IllegalStateException("the predictor is closed");
    }
    CpuData own = CpuData.of(data, blueprint);
    Predictor.check(
        blueprint.graph(), own.set().name(), own.size(), first, count, probabilities, losses);
    refresh();
    Workspace workspace = idle.poll();
    if (workspace == null) {
      workspace = another();
    }
    try {
      workspace.predict(own, first, count, probabilities, losses);
    } finally {
      idle.add(workspace);
    }
  }

  private Workspace another() {
    Arena part = arena.part();
    try {
      return new Workspace(part);
    } catch (RuntimeException | Error e) {
      part.close();
      if (!(e instanceof OutOfMemoryError)) {
        throw e;
      }
      throw new JacquardException(
          "out of memory for one more caller's workspace of "
              + (plan.workBytes() >> 20)
              + " MiB; predict from fewer threads at once, in smaller batches, or with a larger heap"
              + " (-Xmx)",
          e);
    }
  }

  private synchronized void refresh() {
    long now = version.getAsLong();
    if (now != seen) {
      folded.refresh(state);
      seen = now;
    }
  }

  @Override
  public Plan plan() {
    return plan;
  }

  /** The time in each stage since the last call, over all callers. */
  public List<StageTime> times() {
    Map<String, StageTime> times = new LinkedHashMap<>();
    for (Workspace workspace : all) {
      for (StageTime time : workspace.stages.times()) {
        times.merge(time.stage(), time, InferencePlan::sum);
      }
    }
    return List.copyOf(times.values());
  }

  private static StageTime sum(StageTime a, StageTime b) {
    return new StageTime(a.stage(), a.runs() + b.runs(), a.nanoseconds() + b.nanoseconds());
  }

  /** The memory that the plan holds. */
  public Arena arena() {
    return arena;
  }

  @Override
  public void close() {
    closed = true;
    idle.clear();
    all.clear();
    arena.close();
    onClose.accept(this);
  }

  /** One caller's arrays and the stages over them. */
  private final class Workspace {
    private final Stages stages = new Stages();
    private final Step step = new Step(workers, 0);
    private final int[] indices;
    private float[] probabilities;
    private float[] losses;
    private int done;

    Workspace(Arena own) {
      InferenceCompiler compiler =
          new InferenceCompiler(blueprint, folded, batch, workers.count(), own);
      compiler.compile().forEach(stages::add);
      Head head = compiler.head();
      int classes = blueprint.graph().classes();
      indices = own.ints(batch, "sample numbers");
      stages.add(
          new ImagesStage(
              new Plan.Stage(
                  blueprint.graph().head().name(),
                  List.of(blueprint.graph().head().name()),
                  "softmax cross-entropy",
                  batch + " images",
                  10L * batch * classes,
                  8L * batch * classes),
              classes,
              (now, first, count, worker) -> head(head, classes, now, first, count)));
      all.add(this);
    }

    private void head(Head head, int classes, Step now, int first, int count) {
      int[] labels = now.data.set().labels();
      for (int i = first; i < first + count; i++) {
        head.probabilities(i, probabilities, (done + i) * classes);
        if (losses != null) {
          losses[done + i] = (float) head.loss(i, labels[indices[i]], 0);
        }
      }
    }

    void predict(CpuData data, int first, int count, float[] into, float[] lossesInto) {
      probabilities = into;
      losses = lossesInto;
      step.data = data;
      step.indices = indices;
      for (done = 0; done < count; done += step.n) {
        step.n = Math.min(batch, count - done);
        for (int i = 0; i < step.n; i++) {
          indices[i] = first + done + i;
        }
        stages.run(step);
      }
      probabilities = null;
      losses = null;
      step.data = null;
    }
  }
}
