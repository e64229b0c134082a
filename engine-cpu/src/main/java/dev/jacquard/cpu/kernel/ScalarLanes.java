package dev.jacquard.cpu.kernel;

/** The vector length that the scalar kernels pretend to have, which fixes their panels' layout. */
public final class ScalarLanes {

  /** Floats in a vector. */
  public static final int COUNT = 16;

  private ScalarLanes() {}
}
