package dev.jacquard.cpu.kernel;

/**
 * {@link MultiplyAdds} in plain Java, which multiplies and adds apart, as the scalar kernels do.
 */
final class ScalarMultiplyAdds implements MultiplyAdds {
  private static final float A = 0.999f;
  private static final float B = 0.001f;

  @Override
  public float run(int rounds) {
    float c0 = B;
    float c1 = B;
    float c2 = B;
    float c3 = B;
    float c4 = B;
    float c5 = B;
    float c6 = B;
    float c7 = B;
    float c8 = B;
    float c9 = B;
    for (int i = 0; i < rounds; i++) {
      c0 = c0 * A + B;
      c1 = c1 * A + B;
      c2 = c2 * A + B;
      c3 = c3 * A + B;
      c4 = c4 * A + B;
      c5 = c5 * A + B;
      c6 = c6 * A + B;
      c7 = c7 * A + B;
      c8 = c8 * A + B;
      c9 = c9 * A + B;
    }
    return c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9;
  }

  @Override
  public long flops(int rounds) {
    return 2L * CHAINS * rounds;
  }
}
