package dev.jacquard.cpu.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * The kernels in the Vector API, in the longest vectors that the machine has. They are compiled
 * apart for each set of constants, and shared by all that have the same.
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
  private static final Specializer<WinogradSpec, WinogradKernel> WINOGRAD =
      new Specializer<>(WinogradKernel.class, "VectorWinograd");
  private static final Specializer<MomentsSpec, MomentsKernel> MOMENTS =
      new Specializer<>(MomentsKernel.class, "VectorMoments");
  private static final Specializer<ChainSpec, ChainKernel> CHAINS =
      new Specializer<>(ChainKernel.class, "VectorChain");
  private static final Specializer<ChainSpec, ChainGradKernel> CHAIN_GRADS =
      new Specializer<>(ChainGradKernel.class, "VectorChainGrad");

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
  public int alike() {
    return MANY_REGISTERS ? 1 : GemmTile.FEW_ROWS;
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
  public int wholeTiles(int rows) {
    return RegularTiles.wholeTiles(rows, MANY_REGISTERS);
  }

  @Override
  public GemmKernel regularGemm(GemmSpec spec) {
    int rows = RegularTiles.rows(spec.rowGroup(), MANY_REGISTERS);
    return GEMM.get(new GemmTile(spec, rows, rows));
  }

  @Override
  public FilterGradKernel regularFilterGrad(FilterGradSpec spec) {
    int rows = RegularTiles.rows(spec.runLength(), MANY_REGISTERS);
    return FILTER_GRAD.get(new FilterGradTile(spec, rows, rows));
  }

  @Override
  public WinogradKernel winograd(WinogradSpec spec) {
    return WINOGRAD.get(spec);
  }

  @Override
  public MomentsKernel moments(MomentsSpec spec) {
    return MOMENTS.get(spec);
  }

  @Override
  public MultiplyAdds multiplyAdds() {
    return new VectorMultiplyAdds();
  }

  @Override
  public ChainKernel chain(ChainSpec spec) {
    return CHAINS.get(spec);
  }

  @Override
  public ChainGradKernel chainGrad(ChainSpec spec) {
    return CHAIN_GRADS.get(spec);
  }

  @Override
  public Loops loops() {
    return loops;
  }
}
