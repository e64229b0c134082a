package dev.jacquard.opencl.plan;

/** A part of a plan: a launch, or something that the host does between launches. */
interface Command {
  /** Queues it, or does it. */
  void run(Turn turn);
}
