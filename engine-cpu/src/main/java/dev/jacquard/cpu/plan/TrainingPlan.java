package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.cpu.thread.Workers;
import dev.jacquard.graph.Optimizer;
import java.util.List;
import java.util.function.Consumer;

/** Forward, backward and update as a list of stages over arrays that are made once. */
public final class TrainingPlan implements Trainer {
  private final Blueprint blueprint;
  private final int batch;
  private final Arena arena;
  private final Stages stages = new Stages();
  private final Step step;
  private final TrainingHead head;
  private final Plan plan;
  private final Runnable onChange;
  private final Consumer<TrainingPlan> onClose;
  private boolean closed;

  /**
   * The session's state as the plan updates it.
   *
   * @param values all parameters
   * @param gradients of the trainable ones
   * @param slots the optimiser's state, slot by slot
   */
  @SuppressWarnings("ArrayRecordComponent") // shared on purpose, never compared
  public record State(float[] values, float[] gradients, List<float[]> slots) {}

  /**
   * Compiles the plan.
   *
   * @param arena the plan's own
   * @param onChange is run whenever parameters may have changed
   * @param onClose is told when it is closed
   */
  public TrainingPlan(
      Blueprint blueprint,
      State state,
      Optimizer optimizer,
      int batch,
      Workers workers,
      long seed,
      Arena arena,
      Runnable onChange,
      Consumer<TrainingPlan> onClose) {
    this.blueprint = blueprint;
    this.onChange = onChange;
    this.onClose = onClose;
    this.batch = batch;
    this.arena = arena;
    this.step = new Step(workers, seed);
    TrainingCompiler compiler =
        new TrainingCompiler(blueprint, state, batch, workers.count(), arena);
    compiler.compile(optimizer).forEach(stages::add);
    this.head = compiler.head();
    this.plan = stages.plan(arena.bytes(), blueprint.identity() + optimizer + batch);
  }

  @Override
  public void run(ResidentData data, Stretch stretch, StretchResult result) {
    if (closed) {
      throw new IllegalStateException("the trainer is closed");
    }
    CpuData own = CpuData.of(data, blueprint);
    stretch.check(batch, own.size(), result);
    step.data = own;
    step.indices = stretch.indices();
    try {
      for (int s = 0; s < stretch.steps(); s++) {
        step.at = s * stretch.batch();
        step.n = stretch.size(s);
        step.position = stretch.position(s);
        step.number = stretch.firstStep() + s;
        step.rate = stretch.rate(s);
        stages.run(step);
        result.losses()[s] = head.loss(step.n);
        result.hits()[s] = head.hits(step.n);
      }
    } finally {
      step.data = null;
      // A step that fails has changed some of them.
      onChange.run();
    }
  }

  @Override
  public Plan plan() {
    return plan;
  }

  /** The time in each stage since the last call. */
  public List<StageTime> times() {
    return stages.times();
  }

  /** The memory that the plan holds. */
  public Arena arena() {
    return arena;
  }

  @Override
  public void close() {
    closed = true;
    arena.close();
    onClose.accept(this);
  }
}
