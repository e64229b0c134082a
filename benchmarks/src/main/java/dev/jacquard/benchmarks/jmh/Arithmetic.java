package dev.jacquard.benchmarks.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Counts the arithmetic done, so that JMH reports it beside the calls: over seconds, {@code
 * gigaflops} is GFLOP/s, of all threads together.
 */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Arithmetic {
  /** Floating-point operations in units of 10^9; a fused multiply-add is two. */
  public double gigaflops;

  /** Adds operations. */
  void add(long flops) {
    gigaflops += flops * 1e-9;
  }
}
