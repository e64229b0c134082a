package dev.jacquard.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both implementations against {@link ChainDefinition}. Values are small integers and powers of
 * two, so results are exact, and ties abound.
 */
class ChainKernelTest {
  /** Fills outputs before a run: what is to be written must go, what is not must stay. */
  private static final float SENTINEL = 12345.5f;

  private static final int FENCE = 32;

  private final Random random = new Random(20);

  static Stream<ChainSpec> scalarSpecs() {
    return specs(Kernels.scalar().lanes());
  }

  static Stream<ChainSpec> vectorSpecs() {
    return specs(Kernels.vector().lanes());
  }

  private static Stream<ChainSpec> specs(int lanes) {
    List<ChainSpec> specs = new ArrayList<>();
    for (int flags = 0; flags < 16; flags++) {
      boolean norm = (flags & 1) != 0;
      boolean pool = (flags & 2) != 0;
      boolean keep = (flags & 4) != 0;
      float slope = (flags & 8) != 0 ? 1 : 0.25f;
      specs.add(spec(5, 3, 2 * lanes, norm, 0, 0, slope, pool, keep));
      for (int bits = 1; bits * lanes <= 32 && bits <= 4; bits *= 2) {
        specs.add(spec(3, 4, lanes, norm, bits, (1 << bits) - 1, slope, pool, keep));
      }
    }
    int[] sizes = {1, 2, 3, 5, 7};
    for (int height : sizes) {
      for (int width : sizes) {
        int channels = (1 + (height + width) % 3) * lanes;
        specs.add(spec(height, width, channels, true, 2, 1, 0, true, true));
        specs.add(spec(height, width, channels, true, 1, 1, 0.5f, false, true));
      }
    }
    specs.add(spec(14, 14, 3 * lanes, true, 2, 2, 0.25f, true, true));
    specs.add(spec(28, 28, lanes, true, 2, 1, 0.25f, true, true));
    specs.add(unpicked(spec(5, 3, 2 * lanes, true, 1, 1, 0.25f, true, true)));
    return specs.stream();
  }

  private static ChainSpec spec(
      int height,
      int width,
      int channels,
      boolean norm,
      int drawBits,
      int threshold,
      float slope,
      boolean pool,
      boolean keep) {
    int outWidth = pool ? (width + 1) / 2 : width;
    return new ChainSpec(
        height,
        width,
        channels,
        (width + 2) * channels,
        (outWidth + 1) * channels + 8,
        (width + 1) * channels + 4,
        norm,
        drawBits,
        threshold,
        drawBits > 0 ? 2 : 1,
        slope,
        pool,
        keep,
        keep && pool && norm);
  }

  @ParameterizedTest
  @MethodSource("scalarSpecs")
  void scalarComputesTheDefinition(ChainSpec spec) {
    check(Kernels.scalar(), spec, 0);
    check(Kernels.scalar(), spec, 0.2);
  }

  @ParameterizedTest
  @MethodSource("vectorSpecs")
  void vectorComputesTheDefinition(ChainSpec spec) {
    check(Kernels.vector(), spec, 0);
    check(Kernels.vector(), spec, 0.2);
  }

  /** Runs all three methods; a share of the inputs is NaN. */
  private void check(Kernels kernels, ChainSpec spec, double nans) {
    int channels = spec.channels();
    float[] x = integers(spec.height() * spec.width() * channels);
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextDouble() < nans ? Float.NaN : x[i];
    }
    float[] coef = integers(5 * channels);
    int[] draws = random.ints(x.length / kernels.lanes()).toArray();
    ChainDefinition expected = new ChainDefinition(spec, kernels.lanes(), x, coef, draws);
    float[] gradient = integers(expected.out.length);

    // Outside of the image lie NaNs: reading them would show.
    float[] input = new float[FENCE + spec.height() * spec.xRow() + FENCE];
    Arrays.fill(input, Float.NaN);
    place(x, input, spec.height(), spec.xRow());
    float[] wanted = fenced(spec.outHeight() * spec.outRow());
    place(floats(expected.out), wanted, spec.outHeight(), spec.outRow());
    float[] out = fenced(spec.outHeight() * spec.outRow());
    int[] codes = new int[FENCE + expected.codes.length + FENCE];
    Arrays.fill(codes, -1);
    int[] wantedCodes = codes.clone();
    float[] picked = fenced(expected.picked.length);
    float[] wantedPicked = picked.clone();

    kernels.chain(spec).forward(input, FENCE, coef, draws, out, FENCE, codes, picked, FENCE);

    if (spec.codes()) {
      System.arraycopy(expected.codes, 0, wantedCodes, FENCE, expected.codes.length);
    }
    if (spec.picks()) {
      System.arraycopy(floats(expected.picked), 0, wantedPicked, FENCE, expected.picked.length);
    }
    assertArrayEquals(wanted, out, "out");
    assertArrayEquals(wantedCodes, codes, "codes");
    assertArrayEquals(wantedPicked, picked, "picked");
    if (spec.keep() && (!spec.norm() || !spec.pool() || spec.picks())) {
      checkBackward(kernels.chainGrad(spec), spec, expected, input, coef, gradient, codes, picked);
    }
  }

  private void checkBackward(
      ChainGradKernel kernel,
      ChainSpec spec,
      ChainDefinition expected,
      float[] input,
      float[] coef,
      float[] gradient,
      int[] codes,
      float[] picked) {
    int made = (spec.norm() ? 2 : 1) * spec.channels();
    float[] sums = fenced(2 * spec.channels());
    float[] wantedSums = sums.clone();
    System.arraycopy(floats(expected.reduce(gradient)), 0, wantedSums, FENCE, made);
    kernel.reduce(input, FENCE, coef, gradient, 0, codes, picked, FENCE, sums, FENCE);
    assertArrayEquals(wantedSums, sums, "sums");
    float[] dx = fenced(spec.height() * spec.dxRow());
    float[] wanted = dx.clone();
    float[] gradients = floats(expected.backward(gradient));
    place(gradients, wanted, spec.height(), spec.dxRow());
    kernel.backward(input, FENCE, coef, gradient, 0, codes, FENCE, dx, FENCE);
    assertArrayEquals(wanted, dx, "dx");
  }

  @ParameterizedTest
  @MethodSource("vectorSpecs")
  void backwardWorksInPlace(ChainSpec strided) {
    for (Kernels kernels : List.of(Kernels.scalar(), Kernels.vector())) {
      if (strided.channels() % kernels.lanes() != 0 || !strided.keep()) {
        continue;
      }
      ChainSpec spec = sameRows(strided);
      float[] x = integers(spec.height() * spec.xRow());
      float[] coef = integers(5 * spec.channels());
      int elements = spec.outHeight() * spec.outWidth() * spec.channels();
      float[] gradient = integers(elements);
      int[] draws = random.ints(x.length).toArray();
      float[] out = new float[spec.outHeight() * spec.outRow()];
      int[] codes = new int[elements];
      kernels.chain(spec).forward(x, 0, coef, draws, out, 0, codes, new float[elements], 0);
      ChainGradKernel kernel = kernels.chainGrad(spec);
      float[] apart = x.clone();
      kernel.backward(x, 0, coef, gradient, 0, codes, 0, apart, 0);
      kernel.backward(x, 0, coef, gradient, 0, codes, 0, x, 0);
      assertArrayEquals(apart, x);
    }
  }

  private static ChainSpec sameRows(ChainSpec spec) {
    return spec.with(spec.xRow(), spec.norm(), spec.picks());
  }

  /** As for a chain whose gradient needs neither its input nor what was picked of it. */
  private static ChainSpec unpicked(ChainSpec spec) {
    return spec.with(spec.dxRow(), spec.norm(), false);
  }

  @ParameterizedTest
  @MethodSource("vectorSpecs")
  void twinsAgreeOnRealNumbers(ChainSpec spec) {
    int lanes = Kernels.vector().lanes();
    ChainKernel scalar = new ScalarChain(spec, lanes);
    float[] x = gaussians(spec.height() * spec.xRow());
    float[] coef = gaussians(5 * spec.channels());
    int[] draws = random.ints(x.length).toArray();
    float[] out = new float[spec.outHeight() * spec.outRow()];
    float[] twin = out.clone();
    int elements = spec.outHeight() * spec.outWidth() * spec.channels();
    int[] codes = new int[elements];
    int[] twinCodes = codes.clone();
    float[] picked = new float[elements];
    scalar.forward(x, 0, coef, draws, out, 0, codes, picked, 0);
    Kernels.vector().chain(spec).forward(x, 0, coef, draws, twin, 0, twinCodes, picked, 0);
    assertArrayEquals(codes, twinCodes);
    for (int i = 0; i < out.length; i++) {
      // Up to ten is subtracted and added; one fused rounding makes the difference.
      assertEquals(out[i], twin[i], 1e-5f);
    }
  }

  /** Copies dense rows of pixels to rows {@code stride} apart, behind a fence. */
  private static void place(float[] dense, float[] to, int rows, int stride) {
    int row = dense.length / rows;
    for (int h = 0; h < rows; h++) {
      System.arraycopy(dense, h * row, to, FENCE + h * stride, row);
    }
  }

  private static float[] fenced(int length) {
    float[] array = new float[FENCE + length + FENCE];
    Arrays.fill(array, SENTINEL);
    return array;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private float[] integers(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextInt(9) - 4;
    }
    return values;
  }

  private float[] gaussians(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void reluOfMinusInfinityIsZeroAndOfNanIsNan(boolean vector) {
    Kernels kernels = vector ? Kernels.vector() : Kernels.scalar();
    int lanes = kernels.lanes();
    ChainSpec spec =
        new ChainSpec(1, 1, lanes, lanes, lanes, 0, false, 0, 0, 1, 0, false, false, false);
    float[] x = new float[lanes];
    x[0] = Float.NEGATIVE_INFINITY;
    x[1] = Float.NaN;
    x[2] = Float.POSITIVE_INFINITY;
    x[3] = -3;
    float[] out = new float[lanes];
    kernels.chain(spec).forward(x, 0, null, null, out, 0, null, null, 0);
    assertEquals(0f, out[0]);
    assertTrue(Float.isNaN(out[1]));
    assertEquals(Float.POSITIVE_INFINITY, out[2]);
    assertEquals(0f, out[3]);
  }
}
