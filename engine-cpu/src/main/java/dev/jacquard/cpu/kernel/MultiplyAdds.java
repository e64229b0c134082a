package dev.jacquard.cpu.kernel;

/** Multiply-adds on registers alone: what a core's multipliers do at most. */
public interface MultiplyAdds {
  /** Independent chains: two multipliers with a latency of four or five cycles need ten. */
  int CHAINS = 10;

  /**
   * Runs the chains.
   *
   * @param rounds multiply-adds of each chain
   * @return a number that depends on all of them
   */
  float run(int rounds);

  /** Operations of {@link #run}; a multiply-add is two. */
  long flops(int rounds);
}
