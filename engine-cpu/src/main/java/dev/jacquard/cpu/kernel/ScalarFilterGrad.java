package dev.jacquard.cpu.kernel;

import java.util.Arrays;

/** The plain Java twin of {@code VectorFilterGrad}: one row to a tile. */
final class ScalarFilterGrad implements FilterGradKernel {

  private final FilterGradSpec spec;
  private final int width;

  ScalarFilterGrad(FilterGradSpec spec) {
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
      int from = dwBase + fromRow * width;
      Arrays.fill(dw, from, from + tiles * width, 0f);
    }
    for (int i = fromRow; i < fromRow + tiles; i++) {
      addImages(x, xBase + rowOff[i], dy, dyBase, dw, dwBase + i * width, images);
    }
  }

  private void addImages(float[] x, int p, float[] dy, int g, float[] dw, int o, int images) {
    if (spec.height() == 1 && spec.width() == 1) {
      addPixels(x, p, spec.xImage(), dy, g, spec.dyImage(), images, dw, o);
      return;
    }
    for (int n = 0; n < images; n++) {
      for (int h = 0; h < spec.height(); h++) {
        int xFrom = p + n * spec.xImage() + h * spec.xRow();
        int dyFrom = g + n * spec.dyImage() + h * spec.dyRow();
        addPixels(x, xFrom, spec.xStep(), dy, dyFrom, spec.dyStep(), spec.width(), dw, o);
      }
    }
  }

  private void addPixels(
      float[] x, int p, int xStep, float[] dy, int g, int dyStep, int count, float[] dw, int o) {
    int q = 0;
    for (; q + 4 <= count; q += 4) {
      int i = p + q * xStep;
      float a0 = x[i];
      float a1 = x[i + xStep];
      float a2 = x[i + 2 * xStep];
      float a3 = x[i + 3 * xStep];
      ScalarAxpy.addFour(dw, o, a0, a1, a2, a3, dy, g + q * dyStep, dyStep, width);
    }
    for (; q < count; q++) {
      ScalarAxpy.add(dw, o, x[p + q * xStep], dy, g + q * dyStep, width);
    }
  }
}
