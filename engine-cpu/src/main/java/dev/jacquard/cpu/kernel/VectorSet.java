package dev.jacquard.cpu.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * The kernels in the Vector API, in the longest vectors that the machine has. They are compiled
 * apart for each set of constants and kept for the life of the process.
 */
final class VectorSet implements Kernels {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  /**
   * Whether there are 32 vector registers (AVX-512, AArch64) rather than 16 (AVX2, SSE): it bounds
   * the accumulators of a register tile.
   */
  private static final boolean MANY_REGISTERS =
      LANES >= 16 || System.getProperty("os.arch", "").equals("aarch64");

  private static final Specializer<GemmTile, GemmKernel> GEMM =
      new Specializer<>(GemmKernel.class, "VectorGemm");
  private static final Specializer<FilterGradTile, FilterGradKernel> FILTER_GRAD =
      new Specializer<>(FilterGradKernel.class, "VectorFilterGrad");
  private static final Specializer<ChainSpec, ChainKernel> CHAINS =
      new Specializer<>(ChainKernel.class, "VectorChain");

  static {
    VectorProfiles.mix();
  }

  private final Loops loops = new VectorLoops();

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public String description() {
    return "Vector API, " + FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits";
  }

  @Override
  public GemmKernel gemm(GemmSpec spec) {
    return GEMM.get(GemmTile.of(spec, MANY_REGISTERS));
  }

  @Override
  public FilterGradKernel filterGrad(FilterGradSpec spec) {
    return FILTER_GRAD.get(FilterGradTile.of(spec, MANY_REGISTERS));
  }

  @Override
  public ChainKernel chain(ChainSpec spec) {
    return CHAINS.get(spec);
  }

  @Override
  public Loops loops() {
    return loops;
  }
}
