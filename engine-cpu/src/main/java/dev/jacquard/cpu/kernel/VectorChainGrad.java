package dev.jacquard.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The {@link ChainGradKernel} in the Vector API, a template as {@link VectorChain} is, with methods
 * that are long for the same reason.
 *
 * <p>At the lower and right edge of an odd extent, a window's missing positions stand for the ones
 * that exist, as they do there. What is stored for a duplicate, the first overwrites.
 */
final class VectorChainGrad implements ChainGradKernel {
  private static final ChainSpec SPEC =
      Specializer.constants(MethodHandles.lookup(), ChainSpec.class);

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class).check(int.class);
  private static final int LANES = FLOATS.length();

  private static final int HEIGHT = SPEC.height();
  private static final int WIDTH = SPEC.width();
  private static final int OUT_HEIGHT = SPEC.outHeight();
  private static final int OUT_WIDTH = SPEC.outWidth();
  private static final int CHANNELS = SPEC.channels();
  private static final int VECTORS = CHANNELS / LANES;
  private static final int X_ROW = SPEC.xRow();
  private static final int DX_ROW = SPEC.dxRow();

  private static final boolean NORM = SPEC.norm();
  private static final boolean POOL = SPEC.pool();
  private static final boolean CODES = SPEC.codes();
  private static final boolean DROP = SPEC.drawBits() > 0;
  private static final boolean SLOPED = SPEC.slope() != 1;
  private static final boolean SCALED = SPEC.scale() != 1;
  private static final float SLOPE = SPEC.slope();
  private static final float SCALE = SPEC.scale();

  private static final int KEPT = 4;
  private static final int POSITIVE = 8;

  @Override
  public void reduce(
      float[] x,
      int xBase,
      float[] coef,
      float[] gradient,
      int gradientBase,
      int[] codes,
      float[] picked,
      int keptBase,
      float[] sums,
      int at) {
    Arrays.fill(sums, at, at + (NORM ? 2 : 1) * CHANNELS, 0f);
    for (int v = 0; v < VECTORS; v++) {
      int c = v * LANES;
      for (int row = 0; row < OUT_HEIGHT; row++) {
        int element = row * OUT_WIDTH * CHANNELS + c;
        float[] values = POOL ? picked : x;
        int from = POOL ? keptBase + element : xBase + row * X_ROW + c;
        reduceRow(
            values,
            from,
            coef,
            c,
            gradient,
            gradientBase + element,
            codes,
            keptBase + element,
            sums,
            at + c);
      }
    }
  }

  /** Adds the sums over a row to those of the rows before it. */
  private static void reduceRow(
      float[] values,
      int from,
      float[] coef,
      int c,
      float[] gradient,
      int g,
      int[] codes,
      int kept,
      float[] sums,
      int at) {
    FloatVector mean = NORM ? FloatVector.fromArray(FLOATS, coef, c) : FloatVector.zero(FLOATS);
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector products = FloatVector.zero(FLOATS);
    for (int column = 0; column < OUT_WIDTH; column++) {
      FloatVector own = FloatVector.fromArray(FLOATS, gradient, g + column * CHANNELS);
      if (SCALED) {
        own = own.mul(SCALE);
      }
      if (CODES) {
        IntVector code = IntVector.fromArray(INTS, codes, kept + column * CHANNELS);
        if (SLOPED) {
          own =
              own.mul(SLOPE)
                  .reinterpretAsInts()
                  .blend(own.reinterpretAsInts(), code.and(POSITIVE).compare(EQ, POSITIVE))
                  .reinterpretAsFloats();
        }
        if (DROP) {
          IntVector all = code.lanewise(LSHL, 29).lanewise(ASHR, 31);
          own = own.reinterpretAsInts().and(all).reinterpretAsFloats();
        }
      }
      sum = sum.add(own);
      if (NORM) {
        FloatVector value = FloatVector.fromArray(FLOATS, values, from + column * CHANNELS);
        products = own.fma(value.sub(mean), products);
      }
    }
    sum.add(FloatVector.fromArray(FLOATS, sums, at)).intoArray(sums, at);
    if (NORM) {
      int to = at + CHANNELS;
      products.add(FloatVector.fromArray(FLOATS, sums, to)).intoArray(sums, to);
    }
  }

  @Override
  public void backward(
      float[] x,
      int xBase,
      float[] coef,
      float[] gradient,
      int gradientBase,
      int[] codes,
      int keptBase,
      float[] dx,
      int dxBase) {
    for (int row = 0; row < OUT_HEIGHT; row++) {
      for (int v = 0; v < VECTORS; v++) {
        int c = v * LANES;
        int element = row * OUT_WIDTH * CHANNELS + c;
        int g = gradientBase + element;
        if (POOL) {
          int from = xBase + 2 * row * X_ROW + c;
          int to = dxBase + 2 * row * DX_ROW + c;
          int rowsBelow = 2 * row + 1 == HEIGHT ? 0 : 1;
          spread(x, from, rowsBelow, coef, c, gradient, g, codes, keptBase + element, dx, to);
        } else {
          int from = xBase + row * X_ROW + c;
          int to = dxBase + row * DX_ROW + c;
          derive(x, from, coef, c, gradient, g, codes, keptBase + element, dx, to);
        }
      }
    }
  }

  /** One row of windows, one vector of channels. */
  private static void spread(
      float[] x,
      int from,
      int rowsBelow,
      float[] coef,
      int c,
      float[] gradient,
      int g,
      int[] codes,
      int kept,
      float[] dx,
      int to) {
    FloatVector zero = FloatVector.zero(FLOATS);
    IntVector none = IntVector.zero(INTS);
    FloatVector mean = NORM ? FloatVector.fromArray(FLOATS, coef, c) : zero;
    FloatVector gain = NORM ? FloatVector.fromArray(FLOATS, coef, CHANNELS + c) : zero;
    FloatVector k0 = NORM ? FloatVector.fromArray(FLOATS, coef, 3 * CHANNELS + c) : zero;
    FloatVector k1 = NORM ? FloatVector.fromArray(FLOATS, coef, 4 * CHANNELS + c) : zero;
    int below = rowsBelow * X_ROW;
    int toBelow = rowsBelow * DX_ROW;
    for (int column = 0; column < OUT_WIDTH; column++) {
      int right = WIDTH % 2 == 1 && column == OUT_WIDTH - 1 ? 0 : CHANNELS;
      IntVector code = IntVector.fromArray(INTS, codes, kept + column * CHANNELS);
      FloatVector own = FloatVector.fromArray(FLOATS, gradient, g + column * CHANNELS);
      if (SCALED) {
        own = own.mul(SCALE);
      }
      if (SLOPED) {
        own =
            own.mul(SLOPE)
                .reinterpretAsInts()
                .blend(own.reinterpretAsInts(), code.and(POSITIVE).compare(EQ, POSITIVE))
                .reinterpretAsFloats();
      }
      if (NORM) {
        own = own.mul(gain);
      }
      IntVector bits = own.reinterpretAsInts();
      IntVector place = code.and(KEPT | 3);
      FloatVector d0 = none.blend(bits, place.compare(EQ, KEPT)).reinterpretAsFloats();
      FloatVector d1 = none.blend(bits, place.compare(EQ, KEPT | 1)).reinterpretAsFloats();
      FloatVector d2 = none.blend(bits, place.compare(EQ, KEPT | 2)).reinterpretAsFloats();
      FloatVector d3 = none.blend(bits, place.compare(EQ, KEPT | 3)).reinterpretAsFloats();
      if (NORM) {
        int at = from + 2 * column * CHANNELS;
        FloatVector x0 = FloatVector.fromArray(FLOATS, x, at);
        FloatVector x1 = FloatVector.fromArray(FLOATS, x, at + right);
        FloatVector x2 = FloatVector.fromArray(FLOATS, x, at + below);
        FloatVector x3 = FloatVector.fromArray(FLOATS, x, at + below + right);
        d0 = d0.add(x0.sub(mean).fma(k1, k0));
        d1 = d1.add(x1.sub(mean).fma(k1, k0));
        d2 = d2.add(x2.sub(mean).fma(k1, k0));
        d3 = d3.add(x3.sub(mean).fma(k1, k0));
      }
      int first = to + 2 * column * CHANNELS;
      d3.intoArray(dx, first + toBelow + right);
      d2.intoArray(dx, first + toBelow);
      d1.intoArray(dx, first + right);
      d0.intoArray(dx, first);
    }
  }

  /** One row of pixels, one vector of channels. */
  private static void derive(
      float[] x,
      int from,
      float[] coef,
      int c,
      float[] gradient,
      int g,
      int[] codes,
      int kept,
      float[] dx,
      int to) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector mean = NORM ? FloatVector.fromArray(FLOATS, coef, c) : zero;
    FloatVector gain = NORM ? FloatVector.fromArray(FLOATS, coef, CHANNELS + c) : zero;
    FloatVector k0 = NORM ? FloatVector.fromArray(FLOATS, coef, 3 * CHANNELS + c) : zero;
    FloatVector k1 = NORM ? FloatVector.fromArray(FLOATS, coef, 4 * CHANNELS + c) : zero;
    for (int column = 0; column < WIDTH; column++) {
      FloatVector own = FloatVector.fromArray(FLOATS, gradient, g + column * CHANNELS);
      if (SCALED) {
        own = own.mul(SCALE);
      }
      if (CODES) {
        IntVector code = IntVector.fromArray(INTS, codes, kept + column * CHANNELS);
        if (SLOPED) {
          own =
              own.mul(SLOPE)
                  .reinterpretAsInts()
                  .blend(own.reinterpretAsInts(), code.and(POSITIVE).compare(EQ, POSITIVE))
                  .reinterpretAsFloats();
        }
        if (DROP) {
          IntVector all = code.lanewise(LSHL, 29).lanewise(ASHR, 31);
          own = own.reinterpretAsInts().and(all).reinterpretAsFloats();
        }
      }
      if (NORM) {
        FloatVector centred = FloatVector.fromArray(FLOATS, x, from + column * CHANNELS).sub(mean);
        own = own.fma(gain, centred.fma(k1, k0));
      }
      own.intoArray(dx, to + column * CHANNELS);
    }
  }
}
