package dev.jacquard.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.LT;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The {@link Loops} in the Vector API. Vectors stay in the innermost methods, which are soon
 * compiled: until then they are objects.
 */
final class VectorLoops implements Loops {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = FLOATS.length();

  /** Whether there is an instruction that reads a vector's lanes from anywhere. */
  private static final boolean GATHERS = LANES >= 8;

  /** The longest stride of a matrix that is gathered: a panel of weights is two vectors wide. */
  private static final int MOST_APART = 2 * LANES;

  /** For each stride, where the lanes of a column are. */
  private static final int[][] PLACES = places();

  private final Loops scalar = new ScalarLoops(LANES);

  private static int[][] places() {
    int[][] places = new int[MOST_APART + 1][LANES];
    for (int stride = 0; stride <= MOST_APART; stride++) {
      for (int lane = 0; lane < LANES; lane++) {
        places[stride][lane] = lane * stride;
      }
    }
    return places;
  }

  @Override
  public void sums(
      float[] x,
      int base,
      int images,
      int imageStride,
      int height,
      int rowStride,
      int width,
      int pixelStride,
      int channels,
      float[] out,
      int at) {
    Arrays.fill(out, at, at + channels, 0f);
    for (int c = 0; c < channels; c += LANES) {
      for (int n = 0; n < images; n++) {
        for (int h = 0; h < height; h++) {
          int from = base + n * imageStride + h * rowStride + c;
          addValues(x, from, width, pixelStride, out, at + c);
        }
      }
    }
  }

  /**
   * Adds a row's sum to {@code out}; that the row is summed first keeps the error small. One flat
   * loop in a method: JDK 17 boxes vectors in nests of loops with unknown trip counts.
   */
  private static void addValues(
      float[] x, int from, int width, int pixelStride, float[] out, int to) {
    FloatVector even = FloatVector.zero(FLOATS);
    FloatVector odd = FloatVector.zero(FLOATS);
    int pairs = width >> 1;
    for (int w = 0; w < pairs; w++) {
      int pixel = from + 2 * w * pixelStride;
      even = even.add(FloatVector.fromArray(FLOATS, x, pixel));
      odd = odd.add(FloatVector.fromArray(FLOATS, x, pixel + pixelStride));
    }
    FloatVector sum = even.add(odd);
    sum.add(FloatVector.fromArray(FLOATS, out, to)).intoArray(out, to);
    if ((width & 1) != 0) {
      FloatVector last = FloatVector.fromArray(FLOATS, x, from + (width - 1) * pixelStride);
      last.add(FloatVector.fromArray(FLOATS, out, to)).intoArray(out, to);
    }
  }

  @Override
  public void add(float[] from, int fromBase, float[] to, int toBase, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromArray(FLOATS, to, toBase + i)
          .add(FloatVector.fromArray(FLOATS, from, fromBase + i))
          .intoArray(to, toBase + i);
    }
  }

  @Override
  public void add(
      float[] from,
      int fromBase,
      int fromStep,
      float[] to,
      int toBase,
      int toStep,
      int pixels,
      int channels,
      float factor) {
    for (int c = 0; c < channels; c += LANES) {
      VectorPooling.add(from, fromBase + c, fromStep, to, toBase + c, toStep, pixels, factor);
    }
  }

  @Override
  public void max(
      float[] x,
      int from,
      int step,
      int position,
      float[] best,
      int to,
      int[] winners,
      int kept,
      int pixels,
      int channels) {
    for (int c = 0; c < channels; c += LANES) {
      if (winners == null) {
        VectorPooling.max(x, from + c, step, best, to + c, pixels, channels);
      } else {
        VectorPooling.max(
            x, from + c, step, position, best, to + c, winners, kept + c, pixels, channels);
      }
    }
  }

  @Override
  public void addWhere(
      float[] from,
      int fromBase,
      int[] winners,
      int kept,
      int position,
      float[] to,
      int toBase,
      int step,
      int pixels,
      int channels) {
    for (int c = 0; c < channels; c += LANES) {
      VectorPooling.addWhere(
          from, fromBase + c, winners, kept + c, position, to, toBase + c, step, pixels, channels);
    }
  }

  @Override
  public void adam(
      float[] w,
      float[] gradient,
      float[] m,
      float[] v,
      int from,
      int count,
      float rate,
      double beta1,
      double beta2,
      float epsilon,
      float decay) {
    FloatVector keepM = FloatVector.broadcast(FLOATS, (float) beta1);
    FloatVector takeM = FloatVector.broadcast(FLOATS, (float) (1 - beta1));
    FloatVector keepV = FloatVector.broadcast(FLOATS, (float) beta2);
    FloatVector takeV = FloatVector.broadcast(FLOATS, (float) (1 - beta2));
    FloatVector keepW = FloatVector.broadcast(FLOATS, -decay);
    FloatVector step = FloatVector.broadcast(FLOATS, rate);
    FloatVector small = FloatVector.broadcast(FLOATS, epsilon);
    FloatVector none = FloatVector.zero(FLOATS);
    for (int i = from; i < from + count; i += LANES) {
      FloatVector g = FloatVector.fromArray(FLOATS, gradient, i);
      FloatVector first = FloatVector.fromArray(FLOATS, m, i).fma(keepM, g.mul(takeM));
      FloatVector second = FloatVector.fromArray(FLOATS, v, i).fma(keepV, g.mul(g).mul(takeV));
      first = first.blend(none, first.abs().compare(LT, FADED));
      second = second.blend(none, second.abs().compare(LT, FADED));
      FloatVector old = FloatVector.fromArray(FLOATS, w, i);
      first.intoArray(m, i);
      second.intoArray(v, i);
      old.fma(keepW, old).sub(first.mul(step).div(second.sqrt().add(small))).intoArray(w, i);
    }
  }

  @Override
  public void momentum(
      float[] w,
      float[] gradient,
      float[] m,
      int from,
      int count,
      float rate,
      float momentum,
      boolean nesterov) {
    if (nesterov) {
      nesterov(w, gradient, m, from, count, rate, momentum);
      return;
    }
    FloatVector keep = FloatVector.broadcast(FLOATS, momentum);
    FloatVector against = FloatVector.broadcast(FLOATS, -rate);
    FloatVector none = FloatVector.zero(FLOATS);
    for (int i = from; i < from + count; i += LANES) {
      FloatVector step = FloatVector.fromArray(FLOATS, gradient, i).mul(against);
      FloatVector next = FloatVector.fromArray(FLOATS, m, i).fma(keep, step);
      next = next.blend(none, next.abs().compare(LT, FADED));
      next.intoArray(m, i);
      FloatVector.fromArray(FLOATS, w, i).add(next).intoArray(w, i);
    }
  }

  private static void nesterov(
      float[] w, float[] gradient, float[] m, int from, int count, float rate, float momentum) {
    FloatVector keep = FloatVector.broadcast(FLOATS, momentum);
    FloatVector against = FloatVector.broadcast(FLOATS, -rate);
    FloatVector none = FloatVector.zero(FLOATS);
    for (int i = from; i < from + count; i += LANES) {
      FloatVector step = FloatVector.fromArray(FLOATS, gradient, i).mul(against);
      FloatVector next = FloatVector.fromArray(FLOATS, m, i).fma(keep, step);
      next = next.blend(none, next.abs().compare(LT, FADED));
      next.intoArray(m, i);
      FloatVector.fromArray(FLOATS, w, i).add(next.fma(keep, step)).intoArray(w, i);
    }
  }

  @Override
  public void descend(float[] w, float[] gradient, int from, int count, float rate) {
    FloatVector against = FloatVector.broadcast(FLOATS, -rate);
    for (int i = from; i < from + count; i += LANES) {
      FloatVector.fromArray(FLOATS, gradient, i)
          .fma(against, FloatVector.fromArray(FLOATS, w, i))
          .intoArray(w, i);
    }
  }

  @Override
  public void philox(long seed, int first, int c1, int c2, int c3, int[] out, int blocks) {
    if (VectorPhilox.PAYS) {
      VectorPhilox.blocks(seed, first, c1, c2, c3, out, blocks);
    } else {
      scalar.philox(seed, first, c1, c2, c3, out, blocks);
    }
  }

  @Override
  public void transpose(
      float[] from, int fromBase, int fromStride, float[] to, int toBase, int toStride, int rows) {
    int whole = GATHERS && fromStride <= MOST_APART ? rows - rows % LANES : 0;
    int[] places = whole == 0 ? null : PLACES[fromStride];
    for (int r = 0; r < whole; r += LANES) {
      gather(from, fromBase + r * fromStride, places, to, toBase + r, toStride);
    }
    scalar.transpose(
        from,
        fromBase + whole * fromStride,
        fromStride,
        to,
        toBase + whole,
        toStride,
        rows - whole);
  }

  private static void gather(
      float[] from, int fromBase, int[] places, float[] to, int toBase, int toStride) {
    for (int c = 0; c < LANES; c++) {
      FloatVector.fromArray(FLOATS, from, fromBase + c, places, 0)
          .intoArray(to, toBase + c * toStride);
    }
  }

  @Override
  public void sigmoid(float[] x, int from, float[] y, int to, int count) {
    int whole = count - count % LANES;
    VectorCurves.run(x, from, y, to, whole, false);
    scalar.sigmoid(x, from + whole, y, to + whole, count - whole);
  }

  @Override
  public void tanh(float[] x, int from, float[] y, int to, int count) {
    int whole = count - count % LANES;
    VectorCurves.run(x, from, y, to, whole, true);
    scalar.tanh(x, from + whole, y, to + whole, count - whole);
  }

  @Override
  public void products(
      float[] x, int a, int b0, int b1, int b2, int b3, int step, int count, float[] sums) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    FloatVector sum2 = FloatVector.zero(FLOATS);
    FloatVector sum3 = FloatVector.zero(FLOATS);
    for (int i = 0, at = 0; i < count; i++, at += step) {
      FloatVector own = FloatVector.fromArray(FLOATS, x, a + at);
      sum = sum.add(own);
      sum0 = own.fma(FloatVector.fromArray(FLOATS, x, b0 + at), sum0);
      sum1 = own.fma(FloatVector.fromArray(FLOATS, x, b1 + at), sum1);
      sum2 = own.fma(FloatVector.fromArray(FLOATS, x, b2 + at), sum2);
      sum3 = own.fma(FloatVector.fromArray(FLOATS, x, b3 + at), sum3);
    }
    sum.intoArray(sums, 0);
    sum0.intoArray(sums, LANES);
    sum1.intoArray(sums, 2 * LANES);
    sum2.intoArray(sums, 3 * LANES);
    sum3.intoArray(sums, 4 * LANES);
  }
}
