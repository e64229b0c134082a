package dev.jacquard.cpu.kernel;

/** The kernels in plain Java. Nothing that is reached from here names a class of the Vector API. */
final class ScalarSet implements Kernels {
  private final Loops loops = new ScalarLoops(ScalarLanes.COUNT);

  @Override
  public int lanes() {
    return ScalarLanes.COUNT;
  }

  @Override
  public String description() {
    return "plain Java";
  }

  @Override
  public GemmKernel gemm(GemmSpec spec) {
    return GemmKernel.scalar(spec);
  }

  @Override
  public FilterGradKernel filterGrad(FilterGradSpec spec) {
    return FilterGradKernel.scalar(spec);
  }

  @Override
  public ChainKernel chain(ChainSpec spec) {
    return new ScalarChain(spec, ScalarLanes.COUNT);
  }

  @Override
  public Loops loops() {
    return loops;
  }
}
