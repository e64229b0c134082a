package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.StageTime;
import java.util.Optional;

/** A stage that the host does between launches. */
record HostStage(Plan.Stage describe, Command command, Optional<StageClock> clock)
    implements StageCommand {
  @Override
  public void run(Turn turn) {
    if (clock.isPresent()) {
      clock.get().host(command, turn);
    } else {
      command.run(turn);
    }
  }

  @Override
  public Optional<StageTime> time() {
    return clock.map(by -> by.time(describe.name()));
  }
}
