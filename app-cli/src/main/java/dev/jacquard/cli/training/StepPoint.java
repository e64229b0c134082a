package dev.jacquard.cli.training;

/** Loss and accuracy over some steps that follow each other. */
final class StepPoint {
  private long end;
  private long steps;
  private double lossSum;
  private long hits;
  private long samples;

  /** Forgets all. */
  void clear() {
    end = 0;
    steps = 0;
    lossSum = 0;
    hits = 0;
    samples = 0;
  }

  /**
   * Adds a step.
   *
   * @param step its number, from 1
   * @param loss the mean over its samples
   * @param right how many of them were classified right
   * @param size how many they are
   */
  void add(long step, float loss, int right, int size) {
    end = step;
    steps++;
    lossSum += (double) loss * size;
    hits += right;
    samples += size;
  }

  /**
   * Adds steps that are known by their means.
   *
   * @param last the last one's number, from 1
   * @param count how many they are
   */
  void add(long last, long count, double loss, double accuracy, long size) {
    end = last;
    steps += count;
    lossSum += loss * size;
    hits += Math.round(accuracy * size);
    samples += size;
  }

  /** Adds those of another point. */
  void add(StepPoint next) {
    end = next.end;
    steps += next.steps;
    lossSum += next.lossSum;
    hits += next.hits;
    samples += next.samples;
  }

  /** The number of the last step, from 1. */
  long end() {
    return end;
  }

  /** How many steps it is of. */
  long steps() {
    return steps;
  }

  /** The mean over all samples. */
  float loss() {
    return (float) (lossSum / samples);
  }

  /** The share of all samples that was classified right. */
  float accuracy() {
    return (float) hits / samples;
  }

  /** How many samples the steps had. */
  long samples() {
    return samples;
  }
}
