package dev.jacquard.cpu.kernel;

/** The kernels in plain Java. Nothing that is reached from here names a class of the Vector API. */
final class ScalarSet implements Kernels {
  /**
   * The vector length that the scalar kernels pretend to have, which fixes their panels' layout.
   */
  static final int LANES = 16;

  private final Loops loops = new ScalarLoops(LANES);

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public String description() {
    return "plain Java";
  }

  @Override
  public int alike() {
    return 1;
  }

  @Override
  public GemmKernel gemm(GemmSpec spec) {
    return new ScalarGemm(spec);
  }

  @Override
  public FilterGradKernel filterGrad(FilterGradSpec spec) {
    return new ScalarFilterGrad(spec);
  }

  @Override
  public int wholeTiles(int rows) {
    return rows;
  }

  @Override
  public GemmKernel regularGemm(GemmSpec spec) {
    return gemm(spec);
  }

  @Override
  public FilterGradKernel regularFilterGrad(FilterGradSpec spec) {
    return filterGrad(spec);
  }

  @Override
  public WinogradKernel winograd(WinogradSpec spec) {
    return new ScalarWinograd(spec);
  }

  @Override
  public MomentsKernel moments(MomentsSpec spec) {
    return new ScalarMoments(spec);
  }

  @Override
  public MultiplyAdds multiplyAdds() {
    return new ScalarMultiplyAdds();
  }

  @Override
  public ChainKernel chain(ChainSpec spec) {
    return new ScalarChain(spec, LANES);
  }

  @Override
  public ChainGradKernel chainGrad(ChainSpec spec) {
    return new ScalarChain(spec, LANES);
  }

  @Override
  public Loops loops() {
    return loops;
  }
}
