package dev.jacquard.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sigmoid and tanh in the Vector API, with a relative error of 1.5e-7: {@code 1 / (1 + exp(-x))}
 * and {@code 1 - 2 / (1 + exp(2 |x|))} with x's sign. Both end at exponents of 87, beyond which a
 * float would soon be denormal.
 *
 * <p>An exponential is {@code 2^n * exp(r)}, {@code n} being the nearest whole number of {@code x /
 * ln 2}. {@code exp(r)}, and tanh near 0, where a difference from 1 has few digits, are
 * polynomials, fitted so that the greatest relative error over their interval is small.
 */
final class VectorCurves {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = FLOATS.length();

  /** The greatest exponent. */
  private static final float LIMIT = 87;

  /** Where tanh's polynomial ends. */
  private static final float NEAR = 0.625f;

  /** 1.5 * 2^23: what is added to it is rounded to a whole number, which its low bits hold. */
  private static final float ROUNDING = 12_582_912;

  private static final int MANTISSA = 23;
  private static final float LOG2_E = 1.442_695f;

  /** The logarithm of 2 in two parts; the first has few digits, so that n times it is exact. */
  private static final float LN2_HIGH = 355f / 512;

  private static final float LN2_LOW = -2.121_944_4e-4f;

  private VectorCurves() {}

  /**
   * Sets {@code y[to + i]} for {@code i < count}.
   *
   * @param count a multiple of the lanes
   * @param tanh tanh instead of the sigmoid
   */
  static void run(float[] x, int from, float[] y, int to, int count, boolean tanh) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    FloatVector most = FloatVector.broadcast(FLOATS, LIMIT);
    FloatVector least = FloatVector.broadcast(FLOATS, -LIMIT);
    FloatVector rounding = FloatVector.broadcast(FLOATS, ROUNDING);
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector high = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector low = FloatVector.broadcast(FLOATS, -LN2_LOW);
    for (int i = 0; i < count; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, from + i);
      FloatVector size = v.abs();
      FloatVector a = tanh ? size.add(size) : zero.sub(v);
      a = a.blend(most, most.compare(LT, a));
      a = a.blend(least, a.compare(LT, least));
      FloatVector rounded = a.fma(log2e, rounding);
      FloatVector n = rounded.sub(rounding);
      FloatVector r = n.fma(low, n.fma(high, a));
      FloatVector p = FloatVector.broadcast(FLOATS, 1.381_453_8e-3f);
      p = p.fma(r, FloatVector.broadcast(FLOATS, 8.368_745e-3f));
      p = p.fma(r, FloatVector.broadcast(FLOATS, 4.166_839e-2f));
      p = p.fma(r, FloatVector.broadcast(FLOATS, 1.666_652_1e-1f));
      p = p.fma(r, FloatVector.broadcast(FLOATS, 4.999_999_4e-1f));
      FloatVector power = r.mul(r).fma(p, r).add(one);
      IntVector exponent = rounded.reinterpretAsInts().lanewise(LSHL, MANTISSA);
      FloatVector e = power.reinterpretAsInts().add(exponent).reinterpretAsFloats();
      FloatVector value = one.div(e.add(one));
      if (tanh) {
        FloatVector far = one.sub(value.add(value));
        far = far.blend(zero.sub(far), v.compare(LT, zero));
        FloatVector z = v.mul(v);
        FloatVector q = FloatVector.broadcast(FLOATS, -5.660_780_7e-3f);
        q = q.fma(z, FloatVector.broadcast(FLOATS, 2.060_199_9e-2f));
        q = q.fma(z, FloatVector.broadcast(FLOATS, -5.372_923e-2f));
        q = q.fma(z, FloatVector.broadcast(FLOATS, 1.333_132_8e-1f));
        q = q.fma(z, FloatVector.broadcast(FLOATS, -3.333_327_8e-1f));
        FloatVector near = q.mul(z).fma(v, v);
        value = far.blend(near, size.compare(LT, NEAR));
      }
      value.blend(v, v.compare(NE, v)).intoArray(y, to + i);
    }
  }
}
