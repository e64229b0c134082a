package dev.jacquard.cpu.kernel;

import jdk.incubator.vector.FloatVector;

/** The kernels in the Vector API, in the longest vectors that the machine has. */
final class VectorSet implements Kernels {
  private static final Specializer<ChainSpec, ChainKernel> CHAINS =
      new Specializer<>(ChainKernel.class, "VectorChain");

  private final Loops loops = new VectorLoops();

  @Override
  public int lanes() {
    return FloatVector.SPECIES_PREFERRED.length();
  }

  @Override
  public String description() {
    return "Vector API, " + FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits";
  }

  @Override
  public GemmKernel gemm(GemmSpec spec) {
    return GemmKernel.vector(spec);
  }

  @Override
  public FilterGradKernel filterGrad(FilterGradSpec spec) {
    return FilterGradKernel.vector(spec);
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
