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
    rate = step.rate;
    decay = 0;
    if (optimizer instanceof Optimizer.Adam adam) {
      rate *= correction(adam.beta1(), adam.beta2(), step.number + 1.0);
    } else if (optimizer instanceof Optimizer.AdamW adam) {
      decay = rate * adam.weightDecay();
      rate *= correction(adam.beta1(), adam.beta2(), step.number + 1.0);
    }
    step.workers.runAside((count + UNIT - 1) / UNIT, this);
  }

  private static double correction(double beta1, double beta2, double steps) {
    return Math.sqrt(1 - Math.pow(beta2, steps)) / (1 - Math.pow(beta1, steps));
  }

  @Override
  public void run(int unit, int worker) {
    int from = Arena.START + unit * UNIT;
    int floats = Math.min(UNIT, count - unit * UNIT);
    if (optimizer instanceof Optimizer.Adam adam) {
      adam(from, floats, adam.beta1(), adam.beta2(), adam.epsilon());
    } else if (optimizer instanceof Optimizer.AdamW adam) {
      adam(from, floats, adam.beta1(), adam.beta2(), adam.epsilon());
    } else if (optimizer instanceof Optimizer.Sgd sgd) {
      if (slots.isEmpty()) {
        loops.descend(state, gradients, from, floats, (float) rate);
      } else {
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
    }
  }

  private void adam(int from, int floats, double beta1, double beta2, double epsilon) {
    loops.adam(
        state,
        gradients,
        slots.get(0),
        slots.get(1),
        from,
        floats,
        (float) rate,
        beta1,
        beta2,
        (float) epsilon,
        (float) decay);
  }
}
