package dev.jacquard.cpu.kernel;

/** The plain Java twin of {@code VectorGemm}: one row to a tile. */
final class ScalarGemm implements GemmKernel {

  private final GemmSpec spec;
  private final int width;

  ScalarGemm(GemmSpec spec) {
    this.spec = spec;
    this.width = spec.vectors() * ScalarSet.LANES;
  }

  @Override
  public int tileRows() {
    return 1;
  }

  @Override
  public int width() {
    return width;
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
    for (int i = fromRow; i < fromRow + tiles; i++) {
      int o = outBase + outOff[i];
      System.arraycopy(bias, biasBase, out, o, width);
      for (int r = 0; r < spec.runs(); r++) {
        int from = xBase + inOff[i] + r * spec.runStride();
        addRun(x, from, w, wBase + r * spec.runLength() * width, out, o);
      }
    }
  }

  private void addRun(float[] x, int from, float[] w, int wFrom, float[] out, int o) {
    int length = spec.runLength();
    int k = 0;
    for (; k + 4 <= length; k += 4) {
      int p = from + k;
      int wk = wFrom + k * width;
      ScalarAxpy.addFour(out, o, x[p], x[p + 1], x[p + 2], x[p + 3], w, wk, width, width);
    }
    for (; k < length; k++) {
      ScalarAxpy.add(out, o, x[from + k], w, wFrom + k * width, width);
    }
  }
}
