package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;

/**
 * A stage and what its thread does after it.
 *
 * @param more parallel sections that this has
 */
record Sequel(Stage stage, int more, Serial after) implements Stage {
  @Override
  public Plan.Stage describe() {
    return stage.describe();
  }

  @Override
  public void run(Step step) {
    stage.run(step);
    after.run(step);
  }

  @Override
  public int sections() {
    return stage.sections() + more;
  }
}
