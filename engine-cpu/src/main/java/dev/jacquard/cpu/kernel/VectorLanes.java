package dev.jacquard.cpu.kernel;

import jdk.incubator.vector.FloatVector;

/** The vector unit of this machine. Needs the module jdk.incubator.vector. */
public final class VectorLanes {

  /** Floats in a vector. */
  public static final int COUNT = FloatVector.SPECIES_PREFERRED.length();

  /**
   * Whether there are 32 vector registers (AVX-512, AArch64) rather than 16 (AVX2, SSE): it bounds
   * the accumulators of a register tile.
   */
  static final boolean MANY_REGISTERS =
      COUNT >= 16 || System.getProperty("os.arch", "").equals("aarch64");

  private VectorLanes() {}
}
