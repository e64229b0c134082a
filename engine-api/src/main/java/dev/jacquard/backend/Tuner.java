package dev.jacquard.backend;

import dev.jacquard.graph.Graph;
import java.util.List;

/**
 * Finds how a device computes a network fastest, and keeps it: devices that are opened afterwards,
 * in this process or another, compute so. Another plan may give other bits.
 */
public interface Tuner {
  /** What is known to be fast on this device, a line for each launch and shape. */
  List<String> known();

  /** What was found on this device, as text for another machine that has one like it. */
  String export();

  /**
   * Takes over and keeps what was exported.
   *
   * @return how many launches it is about
   * @throws dev.jacquard.error.JacquardException if the text is something else, or about another
   *     device
   */
  int adopt(String text);

  /**
   * Searches on from what is known, until all is tried or the time is over, and keeps the best. A
   * candidate counts only if the numbers that it computes are right.
   *
   * @throws dev.jacquard.error.JacquardException if the device fails or lacks the precision, or
   *     what is found cannot be kept
   */
  Outcome tune(Graph graph, Request request, Progress progress);

  /**
   * What is to be fast.
   *
   * @param batch samples of a training step
   * @param seed of the initial weights and of the samples that are made up
   * @param seconds that the search may take, about
   * @param precision that the step multiplies in
   */
  record Request(int batch, long seed, double seconds, Precision precision) {}

  /** Is told how far it is, and may end it. */
  @FunctionalInterface
  interface Progress {
    /**
     * After each candidate.
     *
     * @param stage that it was about
     * @param tried candidates until now
     * @param share of the search that is done, from 0 to 1
     * @param gain how many times faster the step is than with what was known before
     */
    void tried(String stage, int tried, double share, double gain);

    /** Whether the search is to end as if its time were over; asked before each candidate. */
    default boolean isEnough() {
      return false;
    }
  }

  /**
   * What came of a search.
   *
   * @param before seconds that the stages of a step take together without tuning
   * @param after seconds that they take from now on, from the same sitting
   * @param tried candidates that were run
   * @param refused those of them whose numbers were wrong, or that could not be compiled
   * @param complete whether all was tried; else the time was over before, or it was enough
   * @param kept whether something was faster than what was known, and is kept
   * @param changes a line for each launch that is from now on not cut as without tuning, whether
   *     that was known before or not
   */
  record Outcome(
      double before,
      double after,
      int tried,
      int refused,
      boolean complete,
      boolean kept,
      List<String> changes) {
    /** Copies the list. */
    public Outcome {
      changes = List.copyOf(changes);
    }
  }
}
