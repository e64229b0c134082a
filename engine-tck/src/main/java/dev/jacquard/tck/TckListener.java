package dev.jacquard.tck;

/** Is told how a run goes on, and may end it. */
@FunctionalInterface
public interface TckListener {
  /**
   * A case has ended.
   *
   * @param done how many have
   * @param all how many there are
   */
  void ended(TckResult result, int done, int all);

  /** Whether the cases that are left are not to be run any more. */
  default boolean isEnough() {
    return false;
  }
}
