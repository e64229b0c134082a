package dev.jacquard.cpu.kernel;

import java.lang.System.Logger.Level;

/**
 * The kernels of the CPU backend in one of two implementations with the same layouts: the Vector
 * API's and its twin in plain Java, for JVMs that run without the module jdk.incubator.vector.
 */
public interface Kernels {
  /** Floats in a vector. Physical channels are a multiple of it. */
  int lanes();

  /** What this is, for reports: {@code Vector API, 512 bits}. */
  String description();

  /**
   * How many images' like pixels a product's rows had best be: one address then serves a tile. 1
   * where rows may as well be an image's pixels one after the other.
   */
  int alike();

  /** The kernel for these constants. */
  GemmKernel gemm(GemmSpec spec);

  /** The kernel for these constants. */
  FilterGradKernel filterGrad(FilterGradSpec spec);

  /** {@code rows} rounded up to whole tiles of {@link #regularGemm}. */
  int wholeTiles(int rows);

  /**
   * The kernel for tables of {@code spec.rowGroup()} rows, a result of {@link #wholeTiles}, which
   * are regular throughout: no tile is cut off.
   */
  GemmKernel regularGemm(GemmSpec spec);

  /**
   * The kernel for {@code spec.runLength()} rows, a multiple of the lanes, whose table counts up
   * throughout: no tile is cut off.
   */
  FilterGradKernel regularFilterGrad(FilterGradSpec spec);

  /** The kernel for these constants. */
  WinogradKernel winograd(WinogradSpec spec);

  /** The kernel for these constants. */
  MomentsKernel moments(MomentsSpec spec);

  /** What a core does at most. */
  MultiplyAdds multiplyAdds();

  /** The kernel for these constants. */
  ChainKernel chain(ChainSpec spec);

  /** The kernel for these constants. */
  ChainGradKernel chainGrad(ChainSpec spec);

  /** The elementwise and reducing loops. */
  Loops loops();

  /**
   * The fastest implementation that this JVM can run. Says in one INFO line why it is the slow one,
   * if it is.
   */
  static Kernels best() {
    if (vectorAvailable()) {
      return vector();
    }
    System.getLogger(Kernels.class.getName())
        .log(
            Level.INFO,
            "the module jdk.incubator.vector is absent, so the CPU backend runs in plain Java, several times slower; "
                + "start java with --add-modules jdk.incubator.vector");
    return scalar();
  }

  /** Whether the Vector API can be used, however its module came into this JVM. */
  static boolean vectorAvailable() {
    try {
      Class.forName("jdk.incubator.vector.FloatVector", false, Kernels.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** The Vector API's. Throws {@link LinkageError} without its module. */
  static Kernels vector() {
    return new VectorSet();
  }

  /** The plain Java twin. */
  static Kernels scalar() {
    return new ScalarSet();
  }
}
