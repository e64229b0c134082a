package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.cpu.thread.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies the weights into the order in which the gradients of linear ops' inputs want them, and
 * transforms them where Winograd's algorithm is used, before each step.
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
  void add(InputGradient to, int at) {
    for (int unit = 0; unit < to.prepareUnits(); unit++) {
      int number = unit;
      units.add((ignored, worker) -> to.prepare(number, state, at, loops, worker));
    }
  }

  /** Transforms the weights of {@code shape} that begin at {@code at}, too. */
  void add(WinogradWeights to, LinearShape shape, int at) {
    for (int unit = 0; unit < to.panels(); unit++) {
      int panel = unit;
      int from = at + panel * shape.panelRows() * shape.width();
      units.add((ignored, worker) -> to.transform(panel, state, from, worker));
    }
  }

  /** Whether there is anything to do. */
  boolean isNeeded() {
    return !units.isEmpty();
  }

  @Override
  public Plan.Stage describe() {
    return about;
  }

  @Override
  public void run(Step step) {
    step.workers.runAside(units.size(), this);
  }

  @Override
  public void run(int unit, int worker) {
    units.get(unit).run(unit, worker);
  }
}
