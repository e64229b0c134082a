package dev.jacquard.cpu.kernel;

import java.util.Arrays;

/**
 * The plain Java twin of {@code VectorWinograd}: products with the matrices, element by element.
 */
final class ScalarWinograd implements WinogradKernel {
  private static final int LANES = ScalarSet.LANES;

  private final WinogradSpec spec;
  private final int input;
  private final float[][] forInput;
  private final float[][] forOutput;
  private final float[][] forSpread;
  private final float[][] forWeights;
  private final float[][] forGradient;

  ScalarWinograd(WinogradSpec spec) {
    this.spec = spec;
    this.input = spec.input();
    this.forInput = narrowed(WinogradPoints.input(spec.output()));
    this.forOutput = narrowed(WinogradPoints.output(spec.output()));
    this.forSpread = narrowed(WinogradPoints.transposed(WinogradPoints.output(spec.output())));
    this.forWeights = narrowed(WinogradPoints.weights(spec.output()));
    this.forGradient = narrowed(WinogradPoints.transposed(WinogradPoints.weights(spec.output())));
  }

  private static float[][] narrowed(double[][] matrix) {
    float[][] narrow = new float[matrix.length][matrix[0].length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < narrow[i].length; j++) {
        narrow[i][j] = (float) matrix[i][j];
      }
    }
    return narrow;
  }

  /**
   * {@code L x L'} of one vector of channels, {@code x} being square.
   *
   * @param row from a row of x to the next, {@code pixel} from an element to the next
   * @param toRow the same of {@code to}, with {@code toPixel}
   * @param high rows to write; {@code wide} elements of each
   */
  private static void sandwich(
      float[][] matrix,
      float[] x,
      int at,
      int row,
      int pixel,
      float[] to,
      int toAt,
      int toRow,
      int toPixel,
      int high,
      int wide,
      float[] scratch) {
    int size = matrix[0].length;
    for (int j = 0; j < size; j++) {
      for (int i = 0; i < high; i++) {
        combine(matrix[i], x, at + j * pixel, row, scratch, (i * size + j) * LANES);
      }
    }
    for (int i = 0; i < high; i++) {
      for (int j = 0; j < wide; j++) {
        combine(matrix[j], scratch, i * size * LANES, LANES, to, toAt + i * toRow + j * toPixel);
      }
    }
  }

  private static void combine(float[] factors, float[] x, int at, int step, float[] to, int toAt) {
    Arrays.fill(to, toAt, toAt + LANES, 0f);
    for (int k = 0; k < factors.length; k++) {
      if (factors[k] != 0) {
        ScalarAxpy.add(to, toAt, factors[k], x, at + k * step, LANES);
      }
    }
  }

  @Override
  public void input(float[] x, int at, float[] v, int vAt, int step, float[] scratch) {
    transform(forInput, spec.output(), x, at, v, vAt, step, scratch);
  }

  @Override
  public void spread(float[] y, int at, float[] z, int zAt, int step, float[] scratch) {
    transform(forSpread, spec.output(), y, at, z, zAt, step, scratch);
  }

  private void transform(
      float[][] matrix,
      int stride,
      float[] x,
      int at,
      float[] v,
      int vAt,
      int step,
      float[] scratch) {
    for (int h = 0; h < spec.tilesHigh(); h++) {
      for (int w = 0; w < spec.tilesWide(); w++) {
        int from = at + h * stride * spec.row() + w * stride * spec.pixel();
        int to = vAt + (h * spec.tilesWide() + w) * spec.packed();
        for (int c = 0; c < spec.channels(); c += LANES) {
          sandwich(
              matrix,
              x,
              from + c,
              spec.row(),
              spec.pixel(),
              v,
              to + c,
              input * step,
              step,
              input,
              input,
              scratch);
        }
      }
    }
  }

  @Override
  public void output(
      float[] m, int mAt, int step, float[] bias, int biasAt, float[] y, int at, float[] scratch) {
    int size = spec.output();
    for (int h = 0; h < spec.tilesHigh(); h++) {
      for (int w = 0; w < spec.tilesWide(); w++) {
        int from = mAt + (h * spec.tilesWide() + w) * spec.packed();
        int to = at + h * size * spec.row() + w * size * spec.pixel();
        int high = Math.min(size, spec.height() - h * size);
        int wide = Math.min(size, spec.width() - w * size);
        for (int c = 0; c < spec.channels(); c += LANES) {
          sandwich(
              forOutput,
              m,
              from + c,
              input * step,
              step,
              y,
              to + c,
              spec.row(),
              spec.pixel(),
              high,
              wide,
              scratch);
          addBias(bias, biasAt + c, y, to + c, high, wide);
        }
      }
    }
  }

  private void addBias(float[] bias, int biasAt, float[] y, int at, int high, int wide) {
    for (int i = 0; i < high; i++) {
      for (int j = 0; j < wide; j++) {
        ScalarAxpy.add(y, at + i * spec.row() + j * spec.pixel(), 1, bias, biasAt, LANES);
      }
    }
  }

  @Override
  public void weights(
      float[] w, int at, int tap, float[] u, int uAt, int step, int count, float[] scratch) {
    for (int i = 0; i < count; i += LANES) {
      sandwich(
          forWeights,
          w,
          at + i,
          3 * tap,
          tap,
          u,
          uAt + i,
          input * step,
          step,
          input,
          input,
          scratch);
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
    int positions = input * input;
    int sums = positions * LANES;
    for (int i = 0; i < count; i += LANES) {
      Arrays.fill(scratch, sums, 2 * sums, 0f);
      for (int q = 0; q < parts; q++) {
        for (int p = 0; p < positions; p++) {
          ScalarAxpy.add(scratch, sums + p * LANES, 1, u, uAt + i + q * part + p * step, LANES);
        }
      }
      sandwich(
          forGradient, scratch, sums, input * LANES, LANES, w, at + i, 3 * tap, tap, 3, 3, scratch);
    }
  }
}
