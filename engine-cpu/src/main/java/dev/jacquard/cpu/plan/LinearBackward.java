package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.thread.Workers;

/**
 * The backward pass of a linear op: the gradients of its weights and of its input side by side in
 * one section, or in one for each block of images.
 */
final class LinearBackward implements Stage, Workers.Task {
  private final Plan.Stage about;
  private final WeightGradient filter;
  private final InputGradient data;
  private int n;
  private int start;
  private int end;
  private int filterUnits;

  /** Either gradient; {@code data} may be null. */
  LinearBackward(Plan.Stage about, WeightGradient filter, InputGradient data) {
    this.about = about;
    this.filter = filter;
    this.data = data;
  }

  @Override
  public Plan.Stage describe() {
    return about;
  }

  @Override
  public int sections() {
    return filter.sections();
  }

  @Override
  public void run(Step step) {
    n = step.n;
    if (data != null) {
      data.clear(n);
    }
    for (start = 0; start < n; start = end) {
      end = Math.min(n, start + filter.block());
      filterUnits = filter.units(end - start);
      int dataUnits = data == null ? 0 : data.units(start, end);
      step.workers.run(filterUnits, filterUnits + dataUnits, this);
    }
    filter.merge(step);
  }

  @Override
  public void run(int unit, int worker) {
    if (unit < filterUnits) {
      filter.run(unit, start, end, worker);
    } else {
      data.run(unit - filterUnits, start, end, n, worker);
    }
  }
}
