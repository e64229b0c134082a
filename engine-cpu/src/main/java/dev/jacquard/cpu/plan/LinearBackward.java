package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.thread.Workers;

/**
 * The backward pass of a linear op: the gradients of its weights and of its input side by side, in
 * one section.
 */
final class LinearBackward implements Stage, Workers.Task {
  private final Plan.Stage about;
  private final WeightGradient filter;
  private final InputGradient data;
  private int n;
  private int start;
  private int end;
  private int filterUnits;
  private int filterFrom;
  private int dataFrom;

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
      // Units of the highest number are begun first.
      filterFrom = filter.leads() ? dataUnits : 0;
      dataFrom = filter.leads() ? 0 : filterUnits;
      step.workers.run(filterUnits + dataUnits, this);
    }
    filter.merge(step);
  }

  @Override
  public void run(int unit, int worker) {
    int number = unit - filterFrom;
    if (number >= 0 && number < filterUnits) {
      filter.run(number, start, end, worker);
    } else {
      data.run(unit - dataFrom, start, end, n, worker);
    }
  }
}
