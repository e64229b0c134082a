package dev.jacquard.train;

import java.util.List;

/**
 * Where training stands, apart from the session's tensors: with both, it goes on to the same bits
 * and the same history as if it had never stopped.
 *
 * @param step how many steps are done; the number of the next one, from 0
 * @param epoch how many epochs are done; the number of the running one, from 0
 * @param lossSum the running epoch's losses, summed over its samples so far in the order of its
 *     steps
 * @param hits of the running epoch's samples so far, those classified right
 * @param samples the running epoch has had so far
 * @param seconds spent training in the running epoch
 * @param history the results of the epochs that are done
 */
public record Progress(
    long step,
    int epoch,
    double lossSum,
    long hits,
    long samples,
    double seconds,
    List<EpochResult> history) {

  /** Copies the list. */
  public Progress {
    history = List.copyOf(history);
  }

  /** Before the first step. */
  public static Progress start() {
    return new Progress(0, 0, 0, 0, 0, 0, List.of());
  }

  /** The running epoch's mean loss so far; NaN before its first step. */
  public double loss() {
    return samples == 0 ? Double.NaN : lossSum / samples;
  }

  /**
   * The share of the running epoch's samples so far that were classified right; NaN before its
   * first step.
   */
  public double accuracy() {
    return samples == 0 ? Double.NaN : (double) hits / samples;
  }

  /** The seconds spent training, over all epochs. */
  public double trainSeconds() {
    return seconds + history.stream().mapToDouble(EpochResult::seconds).sum();
  }
}
