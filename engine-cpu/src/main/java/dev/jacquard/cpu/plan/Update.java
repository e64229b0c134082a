package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.cpu.thread.Workers;
import dev.jacquard.graph.Optimizer;
import java.util.List;

/** The optimiser's update of all trainable parameters. */
final class Update implements Stage, Workers.Task {
  /** Floats of a unit: a multiple of every vector length. */
  private static final int UNIT = 16 * 1024;

  private final Plan.Stage about;
  private final Loops loops;
  private final Optimizer optimizer;
  private final float[] state;
  private final float[] gradients;
  private final List<float[]> slots;
  private final int count;
  private double rate;
  private double decay;

  Update(
      Plan.Stage about,
      Loops loops,
      Optimizer optimizer,
      float[] state,
      float[] gradients,
      List<float[]> slots,
      int count) {
    this.about = about;
    this.loops = loops;
    this.optimizer = optimizer;
    this.state = state;
    this.gradients = gradients;
    this.slots = slots;
    this.count = count;
  }

  @Override
  public Plan.Stage describe() {
    return about;
  }

  @Override
  public void run(Step step) {
    rate = step.rate * optimizer.correction(step.number + 1);
    decay = step.rate * optimizer.weightDecay();
    step.workers.runAside((count + UNIT - 1) / UNIT, this);
  }

  @Override
  public void run(int unit, int worker) {
    int from = Arena.START + unit * UNIT;
    int floats = Math.min(UNIT, count - unit * UNIT);
    if (optimizer instanceof Optimizer.Moments moments) {
      adam(moments, from, floats);
    } else if (slots.isEmpty()) {
      loops.descend(state, gradients, from, floats, (float) rate);
    } else {
      momentum((Optimizer.Sgd) optimizer, from, floats);
    }
  }

  private void momentum(Optimizer.Sgd sgd, int from, int floats) {
    loops.momentum(
        state,
        gradients,
        slots.get(0),
        from,
        floats,
        (float) rate,
        (float) sgd.momentum(),
        sgd.nesterov());
  }

  private void adam(Optimizer.Moments rule, int from, int floats) {
    loops.adam(
        state,
        gradients,
        slots.get(0),
        slots.get(1),
        from,
        floats,
        (float) rate,
        rule.beta1(),
        rule.beta2(),
        (float) rule.epsilon(),
        (float) decay);
  }
}
