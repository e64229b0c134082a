package dev.jacquard.cpu.plan;

/** What a step's thread does before a stage's units or after them. */
interface Serial {
  /** Does it for the batch that {@code step} describes. */
  void run(Step step);
}
