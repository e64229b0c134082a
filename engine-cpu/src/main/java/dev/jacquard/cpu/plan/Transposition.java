package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.cpu.thread.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies the weights into the order in which the gradients of linear ops' inputs want them, before
 * each step.
 */
final class Transposition implements Stage, Workers.Task {
  private final Plan.Stage about;
  private final Loops loops;
  private final float[] state;
  private final List<Workers.Task> units = new ArrayList<>();

  /** A stage that copies from {@code state}. */
  Transposition(Plan.Stage about, Loops loops, float[] state) {
    this.about = about;
    this.loops = loops;
    this.state = state;
  }

  /** Copies the weights that begin at {@code at}, too. */
  void add(DataGradient to, int at) {
    for (int unit = 0; unit < to.transposeUnits(); unit++) {
      int number = unit;
      units.add((ignored, worker) -> to.transpose(number, state, at, loops));
    }
  }

  @Override
  public Plan.Stage describe() {
    return about;
  }

  @Override
  public void run(Step step) {
    step.workers.run(units.size(), this);
  }

  @Override
  public void run(int unit, int worker) {
    units.get(unit).run(unit, worker);
  }
}
