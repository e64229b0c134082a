package dev.jacquard.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.LT;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link MomentsKernel} in the Vector API.
 *
 * <p>A template: {@link Specializer} loads a copy per shape, whose constants come from its class
 * data; this class itself must not be initialised.
 */
final class VectorMoments implements MomentsKernel {
  private static final MomentsSpec SPEC =
      Specializer.constants(MethodHandles.lookup(), MomentsSpec.class);
  private static final int HEIGHT = SPEC.height();
  private static final int PIXELS = SPEC.width();
  private static final int ROW = SPEC.row();
  private static final int PIXEL = SPEC.pixel();
  private static final boolean WIDE = SPEC.vectors() == 2;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int WIDTH = WIDE ? 2 * LANES : LANES;

  VectorMoments() {}

  @Override
  public void run(
      float[] x,
      int base,
      int images,
      int imageStride,
      int channels,
      float[] out,
      int at,
      int second) {
    for (int c = 0; c < channels; c += WIDTH) {
      vectors(x, base + c, images, imageStride, out, at + c, second);
    }
  }

  /** One or two vectors of channels. Rows are summed first, which keeps the error small. */
  private static void vectors(
      float[] x, int base, int images, int imageStride, float[] out, int at, int second) {
    FloatVector zero = FloatVector.zero(SPECIES);
    // The row in the middle: at the edge a convolution's outputs are unlike the others.
    int middle = base + HEIGHT / 2 * ROW;
    FloatVector shift0 = zero;
    FloatVector shift1 = zero;
    for (int w = 0; w < PIXELS; w++) {
      int pixel = middle + w * PIXEL;
      shift0 = shift0.add(FloatVector.fromArray(SPECIES, x, pixel));
      shift1 = WIDE ? shift1.add(FloatVector.fromArray(SPECIES, x, pixel + LANES)) : shift1;
    }
    shift0 = shift0.mul(1f / PIXELS);
    shift1 = shift1.mul(1f / PIXELS);
    FloatVector sum0 = zero;
    FloatVector sum1 = zero;
    FloatVector squares0 = zero;
    FloatVector squares1 = zero;
    for (int n = 0; n < images; n++) {
      for (int h = 0; h < HEIGHT; h++) {
        FloatVector s0 = zero;
        FloatVector s1 = zero;
        FloatVector q0 = zero;
        FloatVector q1 = zero;
        for (int w = 0; w < PIXELS; w++) {
          int pixel = base + n * imageStride + h * ROW + w * PIXEL;
          FloatVector d0 = FloatVector.fromArray(SPECIES, x, pixel).sub(shift0);
          s0 = s0.add(d0);
          q0 = d0.fma(d0, q0);
          if (WIDE) {
            FloatVector d1 = FloatVector.fromArray(SPECIES, x, pixel + LANES).sub(shift1);
            s1 = s1.add(d1);
            q1 = d1.fma(d1, q1);
          }
        }
        sum0 = sum0.add(s0);
        sum1 = sum1.add(s1);
        squares0 = squares0.add(q0);
        squares1 = squares1.add(q1);
      }
    }
    float share = (float) (1.0 / ((double) images * HEIGHT * PIXELS));
    FloatVector more0 = sum0.mul(share);
    FloatVector more1 = sum1.mul(share);
    FloatVector rest0 = squares0.sub(sum0.mul(more0));
    FloatVector rest1 = squares1.sub(sum1.mul(more1));
    shift0.add(more0).intoArray(out, at);
    rest0.blend(zero, rest0.compare(LT, zero)).intoArray(out, at + second);
    if (WIDE) {
      shift1.add(more1).intoArray(out, at + LANES);
      rest1.blend(zero, rest1.compare(LT, zero)).intoArray(out, at + second + LANES);
    }
  }
}
