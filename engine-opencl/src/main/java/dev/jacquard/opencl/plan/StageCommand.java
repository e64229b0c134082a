package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.StageTime;
import java.util.Optional;

/** A command that is a stage of the plan. */
interface StageCommand extends Command {
  /** What it is; to be called when all that it is made of is given. */
  Plan.Stage describe();

  /** How long it took since the last call, if times are taken. */
  Optional<StageTime> time();
}
