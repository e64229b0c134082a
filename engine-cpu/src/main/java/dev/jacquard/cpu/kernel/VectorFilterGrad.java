package dev.jacquard.cpu.kernel;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile of {@link FilterGradKernel}: up to 14 rows by 1 or 2 vectors of channels.
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
final class VectorFilterGrad implements FilterGradKernel {

  private static final FilterGradTile TILE =
      Specializer.constants(MethodHandles.lookup(), FilterGradTile.class);
  private static final int ROWS = TILE.rows();
  private static final int GROUP = TILE.group();
  private static final int HEIGHT = TILE.height();
  private static final int PIXELS = TILE.pixels();
  private static final int X_ROW = TILE.spec().xRow();
  private static final int X_STEP = TILE.spec().xStep();
  private static final int X_IMAGE = TILE.spec().xImage();
  private static final int DY_ROW = TILE.spec().dyRow();
  private static final int DY_STEP = TILE.spec().dyStep();
  private static final int DY_IMAGE = TILE.spec().dyImage();
  private static final boolean WIDE = TILE.spec().vectors() == 2;

  private static final int[] X_AT = TILE.places(X_ROW, X_STEP);
  private static final int[] DY_AT = TILE.places(DY_ROW, DY_STEP);

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int WIDTH = WIDE ? 2 * LANES : LANES;

  VectorFilterGrad() {}

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
      float[] dy,
      int dyBase,
      float[] dw,
      int dwBase,
      int[] rowOff,
      int fromRow,
      int tiles,
      int images,
      boolean accumulate) {
    if (!accumulate) {
      int from = dwBase + fromRow * WIDTH;
      Arrays.fill(dw, from, from + tiles * ROWS * WIDTH, 0f);
    }
    for (int t = 0; t < tiles; t++) {
      tile(x, xBase, dy, dyBase, dw, dwBase, rowOff, fromRow + t * ROWS, images);
    }
  }

  private static void tile(
      float[] x,
      int xBase,
      float[] dy,
      int dyBase,
      float[] dw,
      int dwBase,
      int[] rowOff,
      int row,
      int images) {
    int x0 = xBase + rowOff[row];
    int x1 = ROWS > 1 ? xBase + rowOff[row + 1 / GROUP * GROUP] + 1 % GROUP : 0;
    int x2 = ROWS > 2 ? xBase + rowOff[row + 2 / GROUP * GROUP] + 2 % GROUP : 0;
    int x3 = ROWS > 3 ? xBase + rowOff[row + 3 / GROUP * GROUP] + 3 % GROUP : 0;
    int x4 = ROWS > 4 ? xBase + rowOff[row + 4 / GROUP * GROUP] + 4 % GROUP : 0;
    int x5 = ROWS > 5 ? xBase + rowOff[row + 5 / GROUP * GROUP] + 5 % GROUP : 0;
    int x6 = ROWS > 6 ? xBase + rowOff[row + 6 / GROUP * GROUP] + 6 % GROUP : 0;
    int x7 = ROWS > 7 ? xBase + rowOff[row + 7 / GROUP * GROUP] + 7 % GROUP : 0;
    int x8 = ROWS > 8 ? xBase + rowOff[row + 8 / GROUP * GROUP] + 8 % GROUP : 0;
    int x9 = ROWS > 9 ? xBase + rowOff[row + 9 / GROUP * GROUP] + 9 % GROUP : 0;
    int x10 = ROWS > 10 ? xBase + rowOff[row + 10 / GROUP * GROUP] + 10 % GROUP : 0;
    int x11 = ROWS > 11 ? xBase + rowOff[row + 11 / GROUP * GROUP] + 11 % GROUP : 0;
    int x12 = ROWS > 12 ? xBase + rowOff[row + 12 / GROUP * GROUP] + 12 % GROUP : 0;
    int x13 = ROWS > 13 ? xBase + rowOff[row + 13 / GROUP * GROUP] + 13 % GROUP : 0;
    int o = dwBase + row * WIDTH;
    FloatVector c0 = FloatVector.fromArray(SPECIES, dw, o);
    FloatVector d0 = WIDE ? FloatVector.fromArray(SPECIES, dw, o + LANES) : c0;
    int o1 = o + 1 * WIDTH;
    FloatVector c1 = ROWS > 1 ? FloatVector.fromArray(SPECIES, dw, o1) : c0;
    FloatVector d1 = ROWS > 1 && WIDE ? FloatVector.fromArray(SPECIES, dw, o1 + LANES) : c0;
    int o2 = o + 2 * WIDTH;
    FloatVector c2 = ROWS > 2 ? FloatVector.fromArray(SPECIES, dw, o2) : c0;
    FloatVector d2 = ROWS > 2 && WIDE ? FloatVector.fromArray(SPECIES, dw, o2 + LANES) : c0;
    int o3 = o + 3 * WIDTH;
    FloatVector c3 = ROWS > 3 ? FloatVector.fromArray(SPECIES, dw, o3) : c0;
    FloatVector d3 = ROWS > 3 && WIDE ? FloatVector.fromArray(SPECIES, dw, o3 + LANES) : c0;
    int o4 = o + 4 * WIDTH;
    FloatVector c4 = ROWS > 4 ? FloatVector.fromArray(SPECIES, dw, o4) : c0;
    FloatVector d4 = ROWS > 4 && WIDE ? FloatVector.fromArray(SPECIES, dw, o4 + LANES) : c0;
    int o5 = o + 5 * WIDTH;
    FloatVector c5 = ROWS > 5 ? FloatVector.fromArray(SPECIES, dw, o5) : c0;
    FloatVector d5 = ROWS > 5 && WIDE ? FloatVector.fromArray(SPECIES, dw, o5 + LANES) : c0;
    int o6 = o + 6 * WIDTH;
    FloatVector c6 = ROWS > 6 ? FloatVector.fromArray(SPECIES, dw, o6) : c0;
    FloatVector d6 = ROWS > 6 && WIDE ? FloatVector.fromArray(SPECIES, dw, o6 + LANES) : c0;
    int o7 = o + 7 * WIDTH;
    FloatVector c7 = ROWS > 7 ? FloatVector.fromArray(SPECIES, dw, o7) : c0;
    FloatVector d7 = ROWS > 7 && WIDE ? FloatVector.fromArray(SPECIES, dw, o7 + LANES) : c0;
    int o8 = o + 8 * WIDTH;
    FloatVector c8 = ROWS > 8 ? FloatVector.fromArray(SPECIES, dw, o8) : c0;
    FloatVector d8 = ROWS > 8 && WIDE ? FloatVector.fromArray(SPECIES, dw, o8 + LANES) : c0;
    int o9 = o + 9 * WIDTH;
    FloatVector c9 = ROWS > 9 ? FloatVector.fromArray(SPECIES, dw, o9) : c0;
    FloatVector d9 = ROWS > 9 && WIDE ? FloatVector.fromArray(SPECIES, dw, o9 + LANES) : c0;
    int o10 = o + 10 * WIDTH;
    FloatVector c10 = ROWS > 10 ? FloatVector.fromArray(SPECIES, dw, o10) : c0;
    FloatVector d10 = ROWS > 10 && WIDE ? FloatVector.fromArray(SPECIES, dw, o10 + LANES) : c0;
    int o11 = o + 11 * WIDTH;
    FloatVector c11 = ROWS > 11 ? FloatVector.fromArray(SPECIES, dw, o11) : c0;
    FloatVector d11 = ROWS > 11 && WIDE ? FloatVector.fromArray(SPECIES, dw, o11 + LANES) : c0;
    int o12 = o + 12 * WIDTH;
    FloatVector c12 = ROWS > 12 ? FloatVector.fromArray(SPECIES, dw, o12) : c0;
    FloatVector d12 = ROWS > 12 && WIDE ? FloatVector.fromArray(SPECIES, dw, o12 + LANES) : c0;
    int o13 = o + 13 * WIDTH;
    FloatVector c13 = ROWS > 13 ? FloatVector.fromArray(SPECIES, dw, o13) : c0;
    FloatVector d13 = ROWS > 13 && WIDE ? FloatVector.fromArray(SPECIES, dw, o13 + LANES) : c0;
    for (int n = 0; n < images; n++) {
      for (int h = 0; h < HEIGHT; h++) {
        for (int q = 0; q < PIXELS; q++) {
          int g = dyBase + n * DY_IMAGE + (DY_AT == null ? h * DY_ROW + q * DY_STEP : DY_AT[q]);
          int p = n * X_IMAGE + (X_AT == null ? h * X_ROW + q * X_STEP : X_AT[q]);
          FloatVector g0 = FloatVector.fromArray(SPECIES, dy, g);
          FloatVector g1 = WIDE ? FloatVector.fromArray(SPECIES, dy, g + LANES) : g0;
          FloatVector a0 = FloatVector.broadcast(SPECIES, x[x0 + p]);
          c0 = a0.fma(g0, c0);
          d0 = WIDE ? a0.fma(g1, d0) : d0;
          if (ROWS > 1) {
            FloatVector a1 = FloatVector.broadcast(SPECIES, x[x1 + p]);
            c1 = a1.fma(g0, c1);
            d1 = WIDE ? a1.fma(g1, d1) : d1;
          }
          if (ROWS > 2) {
            FloatVector a2 = FloatVector.broadcast(SPECIES, x[x2 + p]);
            c2 = a2.fma(g0, c2);
            d2 = WIDE ? a2.fma(g1, d2) : d2;
          }
          if (ROWS > 3) {
            FloatVector a3 = FloatVector.broadcast(SPECIES, x[x3 + p]);
            c3 = a3.fma(g0, c3);
            d3 = WIDE ? a3.fma(g1, d3) : d3;
          }
          if (ROWS > 4) {
            FloatVector a4 = FloatVector.broadcast(SPECIES, x[x4 + p]);
            c4 = a4.fma(g0, c4);
            d4 = WIDE ? a4.fma(g1, d4) : d4;
          }
          if (ROWS > 5) {
            FloatVector a5 = FloatVector.broadcast(SPECIES, x[x5 + p]);
            c5 = a5.fma(g0, c5);
            d5 = WIDE ? a5.fma(g1, d5) : d5;
          }
          if (ROWS > 6) {
            FloatVector a6 = FloatVector.broadcast(SPECIES, x[x6 + p]);
            c6 = a6.fma(g0, c6);
            d6 = WIDE ? a6.fma(g1, d6) : d6;
          }
          if (ROWS > 7) {
            FloatVector a7 = FloatVector.broadcast(SPECIES, x[x7 + p]);
            c7 = a7.fma(g0, c7);
            d7 = WIDE ? a7.fma(g1, d7) : d7;
          }
          if (ROWS > 8) {
            FloatVector a8 = FloatVector.broadcast(SPECIES, x[x8 + p]);
            c8 = a8.fma(g0, c8);
            d8 = WIDE ? a8.fma(g1, d8) : d8;
          }
          if (ROWS > 9) {
            FloatVector a9 = FloatVector.broadcast(SPECIES, x[x9 + p]);
            c9 = a9.fma(g0, c9);
            d9 = WIDE ? a9.fma(g1, d9) : d9;
          }
          if (ROWS > 10) {
            FloatVector a10 = FloatVector.broadcast(SPECIES, x[x10 + p]);
            c10 = a10.fma(g0, c10);
            d10 = WIDE ? a10.fma(g1, d10) : d10;
          }
          if (ROWS > 11) {
            FloatVector a11 = FloatVector.broadcast(SPECIES, x[x11 + p]);
            c11 = a11.fma(g0, c11);
            d11 = WIDE ? a11.fma(g1, d11) : d11;
          }
          if (ROWS > 12) {
            FloatVector a12 = FloatVector.broadcast(SPECIES, x[x12 + p]);
            c12 = a12.fma(g0, c12);
            d12 = WIDE ? a12.fma(g1, d12) : d12;
          }
          if (ROWS > 13) {
            FloatVector a13 = FloatVector.broadcast(SPECIES, x[x13 + p]);
            c13 = a13.fma(g0, c13);
            d13 = WIDE ? a13.fma(g1, d13) : d13;
          }
        }
      }
    }
    c0.intoArray(dw, o);
    if (WIDE) {
      d0.intoArray(dw, o + LANES);
    }
    if (ROWS > 1) {
      c1.intoArray(dw, o1);
      if (WIDE) {
        d1.intoArray(dw, o1 + LANES);
      }
    }
    if (ROWS > 2) {
      c2.intoArray(dw, o2);
      if (WIDE) {
        d2.intoArray(dw, o2 + LANES);
      }
    }
    if (ROWS > 3) {
      c3.intoArray(dw, o3);
      if (WIDE) {
        d3.intoArray(dw, o3 + LANES);
      }
    }
    if (ROWS > 4) {
      c4.intoArray(dw, o4);
      if (WIDE) {
        d4.intoArray(dw, o4 + LANES);
      }
    }
    if (ROWS > 5) {
      c5.intoArray(dw, o5);
      if (WIDE) {
        d5.intoArray(dw, o5 + LANES);
      }
    }
    if (ROWS > 6) {
      c6.intoArray(dw, o6);
      if (WIDE) {
        d6.intoArray(dw, o6 + LANES);
      }
    }
    if (ROWS > 7) {
      c7.intoArray(dw, o7);
      if (WIDE) {
        d7.intoArray(dw, o7 + LANES);
      }
    }
    if (ROWS > 8) {
      c8.intoArray(dw, o8);
      if (WIDE) {
        d8.intoArray(dw, o8 + LANES);
      }
    }
    if (ROWS > 9) {
      c9.intoArray(dw, o9);
      if (WIDE) {
        d9.intoArray(dw, o9 + LANES);
      }
    }
    if (ROWS > 10) {
      c10.intoArray(dw, o10);
      if (WIDE) {
        d10.intoArray(dw, o10 + LANES);
      }
    }
    if (ROWS > 11) {
      c11.intoArray(dw, o11);
      if (WIDE) {
        d11.intoArray(dw, o11 + LANES);
      }
    }
    if (ROWS > 12) {
      c12.intoArray(dw, o12);
      if (WIDE) {
        d12.intoArray(dw, o12 + LANES);
      }
    }
    if (ROWS > 13) {
      c13.intoArray(dw, o13);
      if (WIDE) {
        d13.intoArray(dw, o13 + LANES);
      }
    }
  }
}
