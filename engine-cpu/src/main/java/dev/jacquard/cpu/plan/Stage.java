package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;

/** A part of a plan. Its arrays are bound when it is made; running it allocates nothing. */
interface Stage {
  /** What it does, at the full batch. */
  Plan.Stage describe();

  /** Runs on the batch that {@code step} describes. */
  void run(Step step);

  /** How many parallel sections it runs. */
  default int sections() {
    return 1;
  }
}
