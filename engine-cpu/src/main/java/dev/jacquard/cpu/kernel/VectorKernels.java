package dev.jacquard.cpu.kernel;

/** The Vector API kernels by shape. The first use loads jdk.incubator.vector. */
final class VectorKernels {

  private static final Specializer<GemmTile, GemmKernel> GEMM =
      new Specializer<>(GemmKernel.class, "VectorGemm");
  private static final Specializer<FilterGradTile, FilterGradKernel> FILTER_GRAD =
      new Specializer<>(FilterGradKernel.class, "VectorFilterGrad");

  private VectorKernels() {}

  static GemmKernel gemm(GemmSpec spec) {
    return GEMM.get(GemmTile.of(spec, VectorLanes.MANY_REGISTERS));
  }

  static FilterGradKernel filterGrad(FilterGradSpec spec) {
    return FILTER_GRAD.get(FilterGradTile.of(spec, VectorLanes.MANY_REGISTERS));
  }
}
