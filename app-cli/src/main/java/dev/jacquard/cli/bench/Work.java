package dev.jacquard.cli.bench;

import dev.jacquard.backend.Plan;

/** What is measured: a compiled plan with the data that it works on. */
interface Work extends AutoCloseable {
  /** What was compiled. */
  Plan plan();

  /** Does so many steps, or classifies so many batches, and waits for the last result. */
  void run(int batches);

  /** Goes back to the first sample, so that full batches are next. */
  void rewind();

  @Override
  void close();
}
