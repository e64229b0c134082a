package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.thread.Workers;

/**
 * What the stages of a plan are told about the batch that they are to run on. Refilled for each.
 */
final class Step {
  final Workers workers;
  final long seed;

  /** The resident data. */
  CpuData data;

  /** Sample numbers of the batch: {@code indices[at .. at + n - 1]}. */
  int[] indices;

  int at;

  /** How many samples the batch has. */
  int n;

  /** Position in the epoch of the first sample. */
  int position;

  /** Number of the training step, from 0. */
  long number;

  double rate;

  Step(Workers workers, long seed) {
    this.workers = workers;
    this.seed = seed;
  }
}
