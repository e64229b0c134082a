package dev.jacquard.cpu.kernel;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile of {@link GemmKernel}: up to 14 rows by 1 or 2 vectors of channels.
 *
 * <p>A template: {@link Specializer} loads a copy per shape, whose constants come from its class
 * data; this class itself must not be initialised.
 *
 * <p>{@code tile} is long and repetitive by nature, and exempt from the limit on methods' length.
 * Its up to 28 accumulators must stay in registers, so they are local variables of one method that
 * starts, loops and stores: vectors in an array, or handed to a method that is not inlined, are
 * boxed. Rows beyond {@code ROWS} and the second vector are removed when the constants are known,
 * and so are the table reads that {@code GROUP} makes redundant.
 */
final class VectorGemm implements GemmKernel {

  private static final GemmTile TILE =
      Specializer.constants(MethodHandles.lookup(), GemmTile.class);
  private static final int ROWS = TILE.rows();
  private static final int GROUP = TILE.group();
  private static final int IN_STEP = TILE.spec().inStep();
  private static final int OUT_STEP = TILE.spec().outStep();
  private static final int RUNS = TILE.spec().runs();
  private static final int RUN_LENGTH = TILE.spec().runLength();
  private static final int RUN_STRIDE = TILE.spec().runStride();
  private static final boolean WIDE = TILE.spec().vectors() == 2;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int WIDTH = WIDE ? 2 * LANES : LANES;

  VectorGemm() {}

  @Override
  public int tileRows() {
    return ROWS;
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public void run(
      float[] x,
      int xBase,
      float[] w,
      int wBase,
      float[] bias,
      int biasBase,
      float[] out,
      int outBase,
      int[] inOff,
      int[] outOff,
      int fromRow,
      int tiles) {
    for (int t = 0; t < tiles; t++) {
      int row = fromRow + t * ROWS;
      tile(x, xBase, w, wBase, bias, biasBase, out, outBase, inOff, outOff, row);
    }
  }

  private static void tile(
      float[] x,
      int xBase,
      float[] w,
      int wBase,
      float[] bias,
      int biasBase,
      float[] out,
      int outBase,
      int[] inOff,
      int[] outOff,
      int row) {
    int x0 = xBase + inOff[row];
    int x1 = ROWS > 1 ? xBase + inOff[row + 1 / GROUP * GROUP] + 1 % GROUP * IN_STEP : 0;
    int x2 = ROWS > 2 ? xBase + inOff[row + 2 / GROUP * GROUP] + 2 % GROUP * IN_STEP : 0;
    int x3 = ROWS > 3 ? xBase + inOff[row + 3 / GROUP * GROUP] + 3 % GROUP * IN_STEP : 0;
    int x4 = ROWS > 4 ? xBase + inOff[row + 4 / GROUP * GROUP] + 4 % GROUP * IN_STEP : 0;
    int x5 = ROWS > 5 ? xBase + inOff[row + 5 / GROUP * GROUP] + 5 % GROUP * IN_STEP : 0;
    int x6 = ROWS > 6 ? xBase + inOff[row + 6 / GROUP * GROUP] + 6 % GROUP * IN_STEP : 0;
    int x7 = ROWS > 7 ? xBase + inOff[row + 7 / GROUP * GROUP] + 7 % GROUP * IN_STEP : 0;
    int x8 = ROWS > 8 ? xBase + inOff[row + 8 / GROUP * GROUP] + 8 % GROUP * IN_STEP : 0;
    int x9 = ROWS > 9 ? xBase + inOff[row + 9 / GROUP * GROUP] + 9 % GROUP * IN_STEP : 0;
    int x10 = ROWS > 10 ? xBase + inOff[row + 10 / GROUP * GROUP] + 10 % GROUP * IN_STEP : 0;
    int x11 = ROWS > 11 ? xBase + inOff[row + 11 / GROUP * GROUP] + 11 % GROUP * IN_STEP : 0;
    int x12 = ROWS > 12 ? xBase + inOff[row + 12 / GROUP * GROUP] + 12 % GROUP * IN_STEP : 0;
    int x13 = ROWS > 13 ? xBase + inOff[row + 13 / GROUP * GROUP] + 13 % GROUP * IN_STEP : 0;
    FloatVector b0 = FloatVector.fromArray(SPECIES, bias, biasBase);
    FloatVector b1 = WIDE ? FloatVector.fromArray(SPECIES, bias, biasBase + LANES) : b0;
    FloatVector c0 = b0;
    FloatVector d0 = b1;
    FloatVector c1 = b0;
    FloatVector d1 = b1;
    FloatVector c2 = b0;
    FloatVector d2 = b1;
    FloatVector c3 = b0;
    FloatVector d3 = b1;
    FloatVector c4 = b0;
    FloatVector d4 = b1;
    FloatVector c5 = b0;
    FloatVector d5 = b1;
    FloatVector c6 = b0;
    FloatVector d6 = b1;
    FloatVector c7 = b0;
    FloatVector d7 = b1;
    FloatVector c8 = b0;
    FloatVector d8 = b1;
    FloatVector c9 = b0;
    FloatVector d9 = b1;
    FloatVector c10 = b0;
    FloatVector d10 = b1;
    FloatVector c11 = b0;
    FloatVector d11 = b1;
    FloatVector c12 = b0;
    FloatVector d12 = b1;
    FloatVector c13 = b0;
    FloatVector d13 = b1;
    for (int r = 0; r < RUNS; r++) {
      for (int k = 0; k < RUN_LENGTH; k++) {
        int wk = wBase + (r * RUN_LENGTH + k) * WIDTH;
        int xk = r * RUN_STRIDE + k;
        FloatVector w0 = FloatVector.fromArray(SPECIES, w, wk);
        FloatVector w1 = WIDE ? FloatVector.fromArray(SPECIES, w, wk + LANES) : w0;
        FloatVector a0 = FloatVector.broadcast(SPECIES, x[x0 + xk]);
        c0 = a0.fma(w0, c0);
        d0 = WIDE ? a0.fma(w1, d0) : d0;
        if (ROWS > 1) {
          FloatVector a1 = FloatVector.broadcast(SPECIES, x[x1 + xk]);
          c1 = a1.fma(w0, c1);
          d1 = WIDE ? a1.fma(w1, d1) : d1;
        }
        if (ROWS > 2) {
          FloatVector a2 = FloatVector.broadcast(SPECIES, x[x2 + xk]);
          c2 = a2.fma(w0, c2);
          d2 = WIDE ? a2.fma(w1, d2) : d2;
        }
        if (ROWS > 3) {
          FloatVector a3 = FloatVector.broadcast(SPECIES, x[x3 + xk]);
          c3 = a3.fma(w0, c3);
          d3 = WIDE ? a3.fma(w1, d3) : d3;
        }
        if (ROWS > 4) {
          FloatVector a4 = FloatVector.broadcast(SPECIES, x[x4 + xk]);
          c4 = a4.fma(w0, c4);
          d4 = WIDE ? a4.fma(w1, d4) : d4;
        }
        if (ROWS > 5) {
          FloatVector a5 = FloatVector.broadcast(SPECIES, x[x5 + xk]);
          c5 = a5.fma(w0, c5);
          d5 = WIDE ? a5.fma(w1, d5) : d5;
        }
        if (ROWS > 6) {
          FloatVector a6 = FloatVector.broadcast(SPECIES, x[x6 + xk]);
          c6 = a6.fma(w0, c6);
          d6 = WIDE ? a6.fma(w1, d6) : d6;
        }
        if (ROWS > 7) {
          FloatVector a7 = FloatVector.broadcast(SPECIES, x[x7 + xk]);
          c7 = a7.fma(w0, c7);
          d7 = WIDE ? a7.fma(w1, d7) : d7;
        }
        if (ROWS > 8) {
          FloatVector a8 = FloatVector.broadcast(SPECIES, x[x8 + xk]);
          c8 = a8.fma(w0, c8);
          d8 = WIDE ? a8.fma(w1, d8) : d8;
        }
        if (ROWS > 9) {
          FloatVector a9 = FloatVector.broadcast(SPECIES, x[x9 + xk]);
          c9 = a9.fma(w0, c9);
          d9 = WIDE ? a9.fma(w1, d9) : d9;
        }
        if (ROWS > 10) {
          FloatVector a10 = FloatVector.broadcast(SPECIES, x[x10 + xk]);
          c10 = a10.fma(w0, c10);
          d10 = WIDE ? a10.fma(w1, d10) : d10;
        }
        if (ROWS > 11) {
          FloatVector a11 = FloatVector.broadcast(SPECIES, x[x11 + xk]);
          c11 = a11.fma(w0, c11);
          d11 = WIDE ? a11.fma(w1, d11) : d11;
        }
        if (ROWS > 12) {
          FloatVector a12 = FloatVector.broadcast(SPECIES, x[x12 + xk]);
          c12 = a12.fma(w0, c12);
          d12 = WIDE ? a12.fma(w1, d12) : d12;
        }
        if (ROWS > 13) {
          FloatVector a13 = FloatVector.broadcast(SPECIES, x[x13 + xk]);
          c13 = a13.fma(w0, c13);
          d13 = WIDE ? a13.fma(w1, d13) : d13;
        }
      }
    }
    int o0 = outBase + outOff[row];
    c0.intoArray(out, o0);
    if (WIDE) {
      d0.intoArray(out, o0 + LANES);
    }
    if (ROWS > 1) {
      int o1 = outBase + outOff[row + 1 / GROUP * GROUP] + 1 % GROUP * OUT_STEP;
      c1.intoArray(out, o1);
      if (WIDE) {
        d1.intoArray(out, o1 + LANES);
      }
    }
    if (ROWS > 2) {
      int o2 = outBase + outOff[row + 2 / GROUP * GROUP] + 2 % GROUP * OUT_STEP;
      c2.intoArray(out, o2);
      if (WIDE) {
        d2.intoArray(out, o2 + LANES);
      }
    }
    if (ROWS > 3) {
      int o3 = outBase + outOff[row + 3 / GROUP * GROUP] + 3 % GROUP * OUT_STEP;
      c3.intoArray(out, o3);
      if (WIDE) {
        d3.intoArray(out, o3 + LANES);
      }
    }
    if (ROWS > 4) {
      int o4 = outBase + outOff[row + 4 / GROUP * GROUP] + 4 % GROUP * OUT_STEP;
      c4.intoArray(out, o4);
      if (WIDE) {
        d4.intoArray(out, o4 + LANES);
      }
    }
    if (ROWS > 5) {
      int o5 = outBase + outOff[row + 5 / GROUP * GROUP] + 5 % GROUP * OUT_STEP;
      c5.intoArray(out, o5);
      if (WIDE) {
        d5.intoArray(out, o5 + LANES);
      }
    }
    if (ROWS > 6) {
      int o6 = outBase + outOff[row + 6 / GROUP * GROUP] + 6 % GROUP * OUT_STEP;
      c6.intoArray(out, o6);
      if (WIDE) {
        d6.intoArray(out, o6 + LANES);
      }
    }
    if (ROWS > 7) {
      int o7 = outBase + outOff[row + 7 / GROUP * GROUP] + 7 % GROUP * OUT_STEP;
      c7.intoArray(out, o7);
      if (WIDE) {
        d7.intoArray(out, o7 + LANES);
      }
    }
    if (ROWS > 8) {
      int o8 = outBase + outOff[row + 8 / GROUP * GROUP] + 8 % GROUP * OUT_STEP;
      c8.intoArray(out, o8);
      if (WIDE) {
        d8.intoArray(out, o8 + LANES);
      }
    }
    if (ROWS > 9) {
      int o9 = outBase + outOff[row + 9 / GROUP * GROUP] + 9 % GROUP * OUT_STEP;
      c9.intoArray(out, o9);
      if (WIDE) {
        d9.intoArray(out, o9 + LANES);
      }
    }
    if (ROWS > 10) {
      int o10 = outBase + outOff[row + 10 / GROUP * GROUP] + 10 % GROUP * OUT_STEP;
      c10.intoArray(out, o10);
      if (WIDE) {
        d10.intoArray(out, o10 + LANES);
      }
    }
    if (ROWS > 11) {
      int o11 = outBase + outOff[row + 11 / GROUP * GROUP] + 11 % GROUP * OUT_STEP;
      c11.intoArray(out, o11);
      if (WIDE) {
        d11.intoArray(out, o11 + LANES);
      }
    }
    if (ROWS > 12) {
      int o12 = outBase + outOff[row + 12 / GROUP * GROUP] + 12 % GROUP * OUT_STEP;
      c12.intoArray(out, o12);
      if (WIDE) {
        d12.intoArray(out, o12 + LANES);
      }
    }
    if (ROWS > 13) {
      int o13 = outBase + outOff[row + 13 / GROUP * GROUP] + 13 % GROUP * OUT_STEP;
      c13.intoArray(out, o13);
      if (WIDE) {
        d13.intoArray(out, o13 + LANES);
      }
    }
  }
}
