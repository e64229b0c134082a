package dev.jacquard.tck;

/** Is told how a run goes on. */
@FunctionalInterface
public interface TckListener {
  /**
   * A case has ended.
   *
   * @param done how many have
   * @param all how many there are
   */
  void ended(TckResult result, int done, int all);
}
