package dev.jacquard.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The {@link ChainKernel} in the Vector API: a template that {@link Specializer} loads once for
 * each {@link ChainSpec}. Its constants are thereby constants to the compiler: what a flag excludes
 * costs nothing, and loops have constant trip counts, without which JDK 17 boxes vectors.
 *
 * <p>The row methods are long because a vector that crosses a call which is not inlined, or merges
 * with another one behind a branch, is boxed; so they repeat what a helper would say once. Vectors
 * of bits (codes) are blended as floats, since a mask does not change its element type for free.
 *
 * <p>At the lower and right edge of an odd extent, a window's missing positions stand for the ones
 * that exist: {@code right} or {@code below}, the offset of the neighbour, is 0. A duplicate is
 * never greater than the first, so it is never picked.
 */
final class VectorChain implements ChainKernel {
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
  private static final int OUT_ROW = SPEC.outRow();

  private static final boolean NORM = SPEC.norm();
  private static final boolean POOL = SPEC.pool();
  private static final boolean CODES = SPEC.codes();
  private static final boolean PICKS = SPEC.picks();
  private static final boolean DROP = SPEC.drawBits() > 0;
  private static final boolean SLOPED = SPEC.slope() != 1;
  private static final boolean SCALED = SPEC.scale() != 1;
  private static final float SLOPE = SPEC.slope();
  private static final float SCALE = SPEC.scale();
  private static final int THRESHOLD = SPEC.threshold();
  private static final int DRAW_BITS = SPEC.drawBits();

  /** For each lane, how far the top bit of its draw is from the top of the word. */
  private static final int[] TO_TOP = toTop();

  private static final int KEPT = 4;
  private static final int POSITIVE = 8;

  private static int[] toTop() {
    int[] shifts = new int[LANES];
    for (int i = 0; i < LANES; i++) {
      shifts[i] = 32 - (i + 1) * DRAW_BITS;
    }
    return shifts;
  }

  /**
   * Compares all draws of a word with the threshold at once: the top bit of each says whether its
   * element is kept. From the lowest bit up, a one in the threshold demands a one, and a zero is
   * exceeded by a one.
   */
  private static int decisions(int word) {
    int kept = -1;
    for (int bit = 0; bit < DRAW_BITS; bit++) {
      int moved = word << (DRAW_BITS - 1 - bit);
      kept = (THRESHOLD >> bit & 1) != 0 ? kept & moved : kept | moved;
    }
    return kept;
  }

  @Override
  public void forward(
      float[] x,
      int xBase,
      float[] coef,
      int[] draws,
      float[] out,
      int outBase,
      int[] codes,
      float[] picked,
      int keptBase) {
    for (int row = 0; row < OUT_HEIGHT; row++) {
      for (int v = 0; v < VECTORS; v++) {
        int c = v * LANES;
        int to = outBase + row * OUT_ROW + c;
        int kept = keptBase + row * OUT_WIDTH * CHANNELS + c;
        if (POOL) {
          int from = xBase + 2 * row * X_ROW + c;
          int word = 2 * row * WIDTH * VECTORS + v;
          boolean last = 2 * row + 1 == HEIGHT;
          pool(x, from, last ? 0 : 1, coef, c, draws, word, out, to, codes, picked, kept);
        } else {
          int from = xBase + row * X_ROW + c;
          activate(x, from, coef, c, draws, row * WIDTH * VECTORS + v, out, to, codes, kept);
        }
      }
    }
  }

  /** One row of windows, one vector of channels. */
  private static void pool(
      float[] x,
      int from,
      int rowsBelow,
      float[] coef,
      int c,
      int[] draws,
      int firstWord,
      float[] out,
      int to,
      int[] codes,
      float[] picked,
      int kept) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector mean = NORM ? FloatVector.fromArray(FLOATS, coef, c) : zero;
    FloatVector gain = NORM ? FloatVector.fromArray(FLOATS, coef, CHANNELS + c) : zero;
    FloatVector shift = NORM ? FloatVector.fromArray(FLOATS, coef, 2 * CHANNELS + c) : zero;
    IntVector toTop = IntVector.fromArray(INTS, TO_TOP, 0);
    int below = rowsBelow * X_ROW;
    int wordBelow = rowsBelow * WIDTH * VECTORS;
    for (int column = 0; column < OUT_WIDTH; column++) {
      boolean clipped = WIDTH % 2 == 1 && column == OUT_WIDTH - 1;
      int right = clipped ? 0 : CHANNELS;
      int wordRight = clipped ? 0 : VECTORS;
      int at = from + 2 * column * CHANNELS;
      int word = firstWord + 2 * column * VECTORS;
      int kept0 = DROP ? decisions(draws[word]) : 0;
      int kept1 = DROP ? decisions(draws[word + wordRight]) : 0;
      int kept2 = DROP ? decisions(draws[word + wordBelow]) : 0;
      int kept3 = DROP ? decisions(draws[word + wordBelow + wordRight]) : 0;

      FloatVector bestX = FloatVector.fromArray(FLOATS, x, at);
      FloatVector x1 = FloatVector.fromArray(FLOATS, x, at + right);
      FloatVector x2 = FloatVector.fromArray(FLOATS, x, at + below);
      FloatVector x3 = FloatVector.fromArray(FLOATS, x, at + below + right);
      FloatVector best = NORM ? bestX.sub(mean).fma(gain, shift) : bestX;
      FloatVector z1 = NORM ? x1.sub(mean).fma(gain, shift) : x1;
      FloatVector z2 = NORM ? x2.sub(mean).fma(gain, shift) : x2;
      FloatVector z3 = NORM ? x3.sub(mean).fma(gain, shift) : x3;
      FloatVector code = IntVector.broadcast(INTS, KEPT).reinterpretAsFloats();
      FloatVector code1 = IntVector.broadcast(INTS, KEPT | 1).reinterpretAsFloats();
      FloatVector code2 = IntVector.broadcast(INTS, KEPT | 2).reinterpretAsFloats();
      FloatVector code3 = IntVector.broadcast(INTS, KEPT | 3).reinterpretAsFloats();
      if (DROP) {
        // A lane's decision goes to its top bit, and from there to all bits.
        IntVector d0 = IntVector.broadcast(INTS, kept0).lanewise(LSHL, toTop).lanewise(ASHR, 31);
        IntVector d1 = IntVector.broadcast(INTS, kept1).lanewise(LSHL, toTop).lanewise(ASHR, 31);
        IntVector d2 = IntVector.broadcast(INTS, kept2).lanewise(LSHL, toTop).lanewise(ASHR, 31);
        IntVector d3 = IntVector.broadcast(INTS, kept3).lanewise(LSHL, toTop).lanewise(ASHR, 31);
        best = best.reinterpretAsInts().and(d0).reinterpretAsFloats();
        z1 = z1.reinterpretAsInts().and(d1).reinterpretAsFloats();
        z2 = z2.reinterpretAsInts().and(d2).reinterpretAsFloats();
        z3 = z3.reinterpretAsInts().and(d3).reinterpretAsFloats();
        code = d0.and(KEPT).reinterpretAsFloats();
        code1 = d1.and(KEPT).or(1).reinterpretAsFloats();
        code2 = d2.and(KEPT).or(2).reinterpretAsFloats();
        code3 = d3.and(KEPT).or(3).reinterpretAsFloats();
      }
      // What is no number stays: it does not equal itself.
      VectorMask<Float> stays = z1.compare(LE, best).or(best.compare(NE, best));
      best = z1.blend(best, stays);
      bestX = x1.blend(bestX, stays);
      code = code1.blend(code, stays);
      stays = z2.compare(LE, best).or(best.compare(NE, best));
      best = z2.blend(best, stays);
      bestX = x2.blend(bestX, stays);
      code = code2.blend(code, stays);
      stays = z3.compare(LE, best).or(best.compare(NE, best));
      best = z3.blend(best, stays);
      bestX = x3.blend(bestX, stays);
      code = code3.blend(code, stays);

      VectorMask<Float> positive = best.compare(GT, zero);
      // A slope of 0 selects: multiplying would make NaN of minus infinity.
      FloatVector activated =
          !SLOPED
              ? best
              : SLOPE == 0
                  ? best.blend(zero, best.compare(LE, zero))
                  : best.mul(SLOPE).blend(best, positive);
      (SCALED ? activated.mul(SCALE) : activated).intoArray(out, to + column * CHANNELS);
      if (CODES) {
        IntVector sign = zero.blend(Float.intBitsToFloat(POSITIVE), positive).reinterpretAsInts();
        code.reinterpretAsInts().or(sign).intoArray(codes, kept + column * CHANNELS);
      }
      if (PICKS) {
        bestX.intoArray(picked, kept + column * CHANNELS);
      }
    }
  }

  /** One row of pixels, one vector of channels. */
  private static void activate(
      float[] x,
      int from,
      float[] coef,
      int c,
      int[] draws,
      int firstWord,
      float[] out,
      int to,
      int[] codes,
      int kept) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector mean = NORM ? FloatVector.fromArray(FLOATS, coef, c) : zero;
    FloatVector gain = NORM ? FloatVector.fromArray(FLOATS, coef, CHANNELS + c) : zero;
    FloatVector shift = NORM ? FloatVector.fromArray(FLOATS, coef, 2 * CHANNELS + c) : zero;
    IntVector toTop = IntVector.fromArray(INTS, TO_TOP, 0);
    for (int column = 0; column < WIDTH; column++) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, from + column * CHANNELS);
      FloatVector z = NORM ? value.sub(mean).fma(gain, shift) : value;
      IntVector code = IntVector.broadcast(INTS, KEPT);
      if (DROP) {
        int bits = decisions(draws[firstWord + column * VECTORS]);
        IntVector draw = IntVector.broadcast(INTS, bits).lanewise(LSHL, toTop).lanewise(ASHR, 31);
        z = z.reinterpretAsInts().and(draw).reinterpretAsFloats();
        code = code.and(draw);
      }
      VectorMask<Float> positive = z.compare(GT, zero);
      FloatVector activated =
          !SLOPED
              ? z
              : SLOPE == 0 ? z.blend(zero, z.compare(LE, zero)) : z.mul(SLOPE).blend(z, positive);
      (SCALED ? activated.mul(SCALE) : activated).intoArray(out, to + column * CHANNELS);
      if (CODES) {
        IntVector sign = zero.blend(Float.intBitsToFloat(POSITIVE), positive).reinterpretAsInts();
        code.or(sign).intoArray(codes, kept + column * CHANNELS);
      }
    }
  }
}
