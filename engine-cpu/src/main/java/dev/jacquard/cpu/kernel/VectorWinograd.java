package dev.jacquard.cpu.kernel;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transformations of {@link WinogradKernel} for one vector of channels at a time, columns first
 * and then rows, with scratch memory between them: a tile of 6 x 6 vectors is more than the
 * registers hold. Points come in pairs a and -a: what is even in them and what is odd is computed
 * once.
 *
 * <p>A template: {@link Specializer} loads a copy per shape, whose constants come from its class
 * data; this class itself must not be initialised.
 *
 * <p>The methods for a tile are long on purpose, and exempt from the limit on methods' length.
 * Their vectors must not cross calls, or they are boxed; and where the compiler inlines such a
 * method until the method around it is too large, the operations that it then does not inline box
 * theirs. Beyond 325 bytes it does not inline them. For the same reason a method has one copy of
 * the operations: where columns and rows have no method each, they take turns in one loop.
 */
final class VectorWinograd implements WinogradKernel {
  private static final WinogradSpec SPEC =
      Specializer.constants(MethodHandles.lookup(), WinogradSpec.class);
  private static final int SIZE = SPEC.output();
  private static final int IN = SPEC.input();
  private static final int HEIGHT = SPEC.height();
  private static final int WIDTH = SPEC.width();
  private static final int HIGH = SPEC.tilesHigh();
  private static final int WIDE = SPEC.tilesWide();
  private static final int CHANNELS = SPEC.channels();
  private static final int ROW = SPEC.row();
  private static final int PIXEL = SPEC.pixel();
  private static final int PACKED = SPEC.packed();
  private static final boolean FOUR = SIZE == 4;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** From a row of the scratch memory to the next. */
  private static final int LINE = IN * LANES;

  private static final float A = (float) WinogradPoints.A;
  private static final float B = (float) WinogradPoints.B;
  private static final float AA = (float) WinogradPoints.AA;
  private static final float BB = (float) WinogradPoints.BB;
  private static final float AAA = (float) (WinogradPoints.A * WinogradPoints.AA);
  private static final float BBB = (float) (WinogradPoints.B * WinogradPoints.BB);
  private static final float SUM = AA + BB;
  private static final float PRODUCT = AA * BB;
  private static final float OF_A = (float) (1 / WinogradPoints.NA);
  private static final float OF_B = (float) (1 / WinogradPoints.NB);
  private static final float A_OF_A = (float) (WinogradPoints.A / WinogradPoints.NA);
  private static final float B_OF_B = (float) (WinogradPoints.B / WinogradPoints.NB);
  private static final float AA_OF_A = (float) (WinogradPoints.AA / WinogradPoints.NA);
  private static final float BB_OF_B = (float) (WinogradPoints.BB / WinogradPoints.NB);

  VectorWinograd() {}

  @Override
  public void input(float[] x, int at, float[] v, int vAt, int step, float[] scratch) {
    for (int tile = 0; tile < HIGH * WIDE; tile++) {
      int from = at + tile / WIDE * SIZE * ROW + tile % WIDE * SIZE * PIXEL;
      int to = vAt + tile * PACKED;
      for (int c = 0; c < CHANNELS; c += LANES) {
        inputTile(x, from + c, v, to + c, step, scratch);
      }
    }
  }

  private static void inputTile(float[] x, int at, float[] v, int vAt, int step, float[] scratch) {
    inputColumns(x, at, scratch);
    inputRows(scratch, v, vAt, step);
  }

  private static void inputColumns(float[] from, int at, float[] to) {
    for (int i = 0; i < IN; i++) {
      int fromAt = at + i * PIXEL;
      int toAt = i * LANES;
      if (FOUR) {
        FloatVector d0 = load(from, fromAt);
        FloatVector d1 = load(from, fromAt + ROW);
        FloatVector d2 = load(from, fromAt + 2 * ROW);
        FloatVector d3 = load(from, fromAt + 3 * ROW);
        FloatVector d4 = load(from, fromAt + 4 * ROW);
        FloatVector d5 = load(from, fromAt + 5 * ROW);
        FloatVector even = d2.fma(all(-BB), d4);
        FloatVector odd = d1.fma(all(-BB), d3).mul(all(A));
        FloatVector evenB = d2.fma(all(-AA), d4);
        FloatVector oddB = d1.fma(all(-AA), d3).mul(all(B));
        d0.fma(all(PRODUCT), d2.fma(all(-SUM), d4)).intoArray(to, toAt);
        even.add(odd).intoArray(to, toAt + LINE);
        even.sub(odd).intoArray(to, toAt + 2 * LINE);
        evenB.add(oddB).intoArray(to, toAt + 3 * LINE);
        evenB.sub(oddB).intoArray(to, toAt + 4 * LINE);
        d1.fma(all(PRODUCT), d3.fma(all(-SUM), d5)).intoArray(to, toAt + 5 * LINE);
      } else {
        FloatVector d1 = load(from, fromAt + ROW);
        FloatVector d2 = load(from, fromAt + 2 * ROW);
        load(from, fromAt).sub(d2).intoArray(to, toAt);
        d1.add(d2).intoArray(to, toAt + LINE);
        d2.sub(d1).intoArray(to, toAt + 2 * LINE);
        d1.sub(load(from, fromAt + 3 * ROW)).intoArray(to, toAt + 3 * LINE);
      }
    }
  }

  private static void inputRows(float[] from, float[] to, int at, int toStep) {
    for (int i = 0; i < IN; i++) {
      int fromAt = i * LINE;
      int toAt = at + i * IN * toStep;
      if (FOUR) {
        FloatVector d0 = load(from, fromAt);
        FloatVector d1 = load(from, fromAt + LANES);
        FloatVector d2 = load(from, fromAt + 2 * LANES);
        FloatVector d3 = load(from, fromAt + 3 * LANES);
        FloatVector d4 = load(from, fromAt + 4 * LANES);
        FloatVector d5 = load(from, fromAt + 5 * LANES);
        FloatVector even = d2.fma(all(-BB), d4);
        FloatVector odd = d1.fma(all(-BB), d3).mul(all(A));
        FloatVector evenB = d2.fma(all(-AA), d4);
        FloatVector oddB = d1.fma(all(-AA), d3).mul(all(B));
        d0.fma(all(PRODUCT), d2.fma(all(-SUM), d4)).intoArray(to, toAt);
        even.add(odd).intoArray(to, toAt + toStep);
        even.sub(odd).intoArray(to, toAt + 2 * toStep);
        evenB.add(oddB).intoArray(to, toAt + 3 * toStep);
        evenB.sub(oddB).intoArray(to, toAt + 4 * toStep);
        d1.fma(all(PRODUCT), d3.fma(all(-SUM), d5)).intoArray(to, toAt + 5 * toStep);
      } else {
        FloatVector d1 = load(from, fromAt + LANES);
        FloatVector d2 = load(from, fromAt + 2 * LANES);
        load(from, fromAt).sub(d2).intoArray(to, toAt);
        d1.add(d2).intoArray(to, toAt + toStep);
        d2.sub(d1).intoArray(to, toAt + 2 * toStep);
        d1.sub(load(from, fromAt + 3 * LANES)).intoArray(to, toAt + 3 * toStep);
      }
    }
  }

  @Override
  public void spread(float[] y, int at, float[] z, int zAt, int step, float[] scratch) {
    for (int tile = 0; tile < HIGH * WIDE; tile++) {
      int from = at + tile / WIDE * SIZE * ROW + tile % WIDE * SIZE * PIXEL;
      int to = zAt + tile * PACKED;
      for (int c = 0; c < CHANNELS; c += LANES) {
        spreadTile(y, from + c, z, to + c, step, scratch);
      }
    }
  }

  private static void spreadTile(float[] y, int at, float[] z, int zAt, int step, float[] scratch) {
    for (int i = 0; i < SIZE + IN; i++) {
      boolean column = i < SIZE;
      int k = column ? i : i - SIZE;
      float[] from = column ? y : scratch;
      int fromAt = column ? at + k * PIXEL : k * LINE;
      int fromStep = column ? ROW : LANES;
      float[] to = column ? scratch : z;
      int toAt = column ? k * LANES : zAt + k * IN * step;
      int toStep = column ? LINE : step;
      if (FOUR) {
        FloatVector y0 = load(from, fromAt);
        FloatVector y1 = load(from, fromAt + fromStep);
        FloatVector y2 = load(from, fromAt + 2 * fromStep);
        FloatVector y3 = load(from, fromAt + 3 * fromStep);
        FloatVector even = y2.fma(all(AA), y0);
        FloatVector odd = y3.fma(all(AAA), y1.mul(all(A)));
        FloatVector evenB = y2.fma(all(BB), y0);
        FloatVector oddB = y3.fma(all(BBB), y1.mul(all(B)));
        y0.intoArray(to, toAt);
        even.add(odd).intoArray(to, toAt + toStep);
        even.sub(odd).intoArray(to, toAt + 2 * toStep);
        evenB.add(oddB).intoArray(to, toAt + 3 * toStep);
        evenB.sub(oddB).intoArray(to, toAt + 4 * toStep);
        y3.intoArray(to, toAt + 5 * toStep);
      } else {
        FloatVector y0 = load(from, fromAt);
        FloatVector y1 = load(from, fromAt + fromStep);
        y0.intoArray(to, toAt);
        y0.add(y1).intoArray(to, toAt + toStep);
        y0.sub(y1).intoArray(to, toAt + 2 * toStep);
        all(0).sub(y1).intoArray(to, toAt + 3 * toStep);
      }
    }
  }

  @Override
  public void output(
      float[] m, int mAt, int step, float[] bias, int biasAt, float[] y, int at, float[] scratch) {
    for (int tile = 0; tile < HIGH * WIDE; tile++) {
      int h = tile / WIDE * SIZE;
      int w = tile % WIDE * SIZE;
      int from = mAt + tile * PACKED;
      int to = at + h * ROW + w * PIXEL;
      for (int c = 0; c < CHANNELS; c += LANES) {
        outputTile(m, from + c, step, bias, biasAt + c, y, to + c, HEIGHT - h, WIDTH - w, scratch);
      }
    }
  }

  private static void outputTile(
      float[] m,
      int mAt,
      int step,
      float[] bias,
      int biasAt,
      float[] y,
      int at,
      int high,
      int wide,
      float[] scratch) {
    for (int i = 0; i < IN; i++) {
      int from = mAt + i * step;
      int to = i * LANES;
      FloatVector m1 = load(m, from + IN * step);
      FloatVector m2 = load(m, from + 2 * IN * step);
      if (FOUR) {
        FloatVector m3 = load(m, from + 3 * IN * step);
        FloatVector m4 = load(m, from + 4 * IN * step);
        FloatVector even = m1.add(m2);
        FloatVector odd = m1.sub(m2);
        FloatVector evenB = m3.add(m4);
        FloatVector oddB = m3.sub(m4);
        load(m, from).add(even).add(evenB).intoArray(scratch, to);
        oddB.fma(all(B), odd.mul(all(A))).intoArray(scratch, to + LINE);
        evenB.fma(all(BB), even.mul(all(AA))).intoArray(scratch, to + 2 * LINE);
        oddB.fma(all(BBB), odd.fma(all(AAA), load(m, from + 5 * IN * step)))
            .intoArray(scratch, to + 3 * LINE);
      } else {
        load(m, from).add(m1).add(m2).intoArray(scratch, to);
        m1.sub(m2).sub(load(m, from + 3 * IN * step)).intoArray(scratch, to + LINE);
      }
    }
    FloatVector start = load(bias, biasAt);
    for (int i = 0; i < Math.min(SIZE, high); i++) {
      int from = i * LINE;
      int to = at + i * ROW;
      FloatVector m1 = load(scratch, from + LANES);
      FloatVector m2 = load(scratch, from + 2 * LANES);
      if (FOUR) {
        FloatVector m3 = load(scratch, from + 3 * LANES);
        FloatVector m4 = load(scratch, from + 4 * LANES);
        FloatVector even = m1.add(m2);
        FloatVector odd = m1.sub(m2);
        FloatVector evenB = m3.add(m4);
        FloatVector oddB = m3.sub(m4);
        load(scratch, from).add(even).add(evenB).add(start).intoArray(y, to);
        if (wide > 1) {
          oddB.fma(all(B), odd.fma(all(A), start)).intoArray(y, to + PIXEL);
        }
        if (wide > 2) {
          evenB.fma(all(BB), even.fma(all(AA), start)).intoArray(y, to + 2 * PIXEL);
        }
        if (wide > 3) {
          oddB.fma(all(BBB), odd.fma(all(AAA), load(scratch, from + 5 * LANES)))
              .add(start)
              .intoArray(y, to + 3 * PIXEL);
        }
      } else {
        load(scratch, from).add(m1).add(m2).add(start).intoArray(y, to);
        if (wide > 1) {
          m1.sub(m2).sub(load(scratch, from + 3 * LANES)).add(start).intoArray(y, to + PIXEL);
        }
      }
    }
  }

  @Override
  public void weights(
      float[] w, int at, int tap, float[] u, int uAt, int step, int count, float[] scratch) {
    for (int k = 0; k < count; k += LANES) {
      weightsTile(w, at + k, tap, u, uAt + k, step, scratch);
    }
  }

  private static void weightsTile(
      float[] w, int at, int tap, float[] u, int uAt, int step, float[] scratch) {
    for (int i = 0; i < 3 + IN; i++) {
      boolean column = i < 3;
      int k = column ? i : i - 3;
      float[] from = column ? w : scratch;
      int fromAt = column ? at + k * tap : k * LINE;
      int fromStep = column ? 3 * tap : LANES;
      float[] to = column ? scratch : u;
      int toAt = column ? k * LANES : uAt + k * IN * step;
      int toStep = column ? LINE : step;
      if (FOUR) {
        FloatVector g0 = load(from, fromAt);
        FloatVector g1 = load(from, fromAt + fromStep);
        FloatVector g2 = load(from, fromAt + 2 * fromStep);
        FloatVector even = g2.fma(all(AA_OF_A), g0.mul(all(OF_A)));
        FloatVector odd = g1.mul(all(A_OF_A));
        FloatVector evenB = g2.fma(all(BB_OF_B), g0.mul(all(OF_B)));
        FloatVector oddB = g1.mul(all(B_OF_B));
        g0.mul(all(1 / PRODUCT)).intoArray(to, toAt);
        even.add(odd).intoArray(to, toAt + toStep);
        even.sub(odd).intoArray(to, toAt + 2 * toStep);
        evenB.add(oddB).intoArray(to, toAt + 3 * toStep);
        evenB.sub(oddB).intoArray(to, toAt + 4 * toStep);
        g2.intoArray(to, toAt + 5 * toStep);
      } else {
        FloatVector g0 = load(from, fromAt);
        FloatVector g1 = load(from, fromAt + fromStep);
        FloatVector g2 = load(from, fromAt + 2 * fromStep);
        FloatVector even = g0.add(g2);
        g0.intoArray(to, toAt);
        even.add(g1).mul(all(0.5f)).intoArray(to, toAt + toStep);
        even.sub(g1).mul(all(0.5f)).intoArray(to, toAt + 2 * toStep);
        g2.intoArray(to, toAt + 3 * toStep);
      }
    }
  }

  @Override
  public void weightGradient(
      float[] u,
      int uAt,
      int step,
      int part,
      int parts,
      float[] w,
      int at,
      int tap,
      int count,
      float[] scratch) {
    for (int k = 0; k < count; k += LANES) {
      gradientTile(u, uAt + k, step, part, parts, w, at + k, tap, scratch);
    }
  }

  private static void gradientTile(
      float[] u,
      int uAt,
      int step,
      int part,
      int parts,
      float[] w,
      int at,
      int tap,
      float[] scratch) {
    int sums = IN * LINE;
    for (int p = 0; p < IN * IN; p++) {
      FloatVector sum = load(u, uAt + p * step);
      for (int q = 1; q < parts; q++) {
        sum = sum.add(load(u, uAt + p * step + q * part));
      }
      sum.intoArray(scratch, sums + p * LANES);
    }
    for (int i = 0; i < IN + 3; i++) {
      boolean column = i < IN;
      int k = column ? i : i - IN;
      int from = column ? sums + k * LANES : k * LINE;
      int fromStep = column ? LINE : LANES;
      float[] to = column ? scratch : w;
      int toAt = column ? k * LANES : at + 3 * k * tap;
      int toStep = column ? LINE : tap;
      FloatVector u1 = load(scratch, from + fromStep);
      FloatVector u2 = load(scratch, from + 2 * fromStep);
      FloatVector even = u1.add(u2);
      FloatVector odd = u1.sub(u2);
      if (FOUR) {
        FloatVector u3 = load(scratch, from + 3 * fromStep);
        FloatVector u4 = load(scratch, from + 4 * fromStep);
        FloatVector evenB = u3.add(u4);
        FloatVector oddB = u3.sub(u4);
        load(scratch, from)
            .mul(all(1 / PRODUCT))
            .add(even.fma(all(OF_A), evenB.mul(all(OF_B))))
            .intoArray(to, toAt);
        odd.fma(all(A_OF_A), oddB.mul(all(B_OF_B))).intoArray(to, toAt + toStep);
        even.fma(all(AA_OF_A), evenB.fma(all(BB_OF_B), load(scratch, from + 5 * fromStep)))
            .intoArray(to, toAt + 2 * toStep);
      } else {
        FloatVector half = even.mul(all(0.5f));
        load(scratch, from).add(half).intoArray(to, toAt);
        odd.mul(all(0.5f)).intoArray(to, toAt + toStep);
        half.add(load(scratch, from + 3 * fromStep)).intoArray(to, toAt + 2 * toStep);
      }
    }
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(SPECIES, from, at);
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
