package dev.jacquard.cpu.kernel;

import java.util.Arrays;

/** The plain Java {@link ChainKernel} with its backward pass, and the definition of the others. */
final class ScalarChain implements ChainKernel, ChainGradKernel {
  private final ChainSpec spec;
  private final int lanes;
  private final int channels;
  private final int window;

  /** The kernel for {@code spec} with draws in words for vectors of {@code lanes}. */
  ScalarChain(ChainSpec spec, int lanes) {
    this.spec = spec;
    this.lanes = lanes;
    this.channels = spec.channels();
    this.window = spec.pool() ? 4 : 1;
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
    int at = keptBase;
    for (int row = 0; row < spec.outHeight(); row++) {
      for (int column = 0; column < spec.outWidth(); column++) {
        int to = outBase + row * spec.outRow() + column * channels;
        for (int c = 0; c < channels; c++, at++) {
          int code = 0;
          float best = 0;
          float bestX = 0;
          for (int position = 0; position < window; position++) {
            if (!inside(row, column, position)) {
              continue;
            }
            int pixel = pixel(row, column, position);
            float value = x[xBase + offset(pixel, spec.xRow()) + c];
            boolean kept = spec.drawBits() == 0 || kept(draws, pixel, c);
            float z = kept ? normalised(value, coef, c) : 0f;
            if (position == 0 || z > best || (Float.isNaN(z) && !Float.isNaN(best))) {
              best = z;
              bestX = value;
              code = position | (kept ? 4 : 0) | (z > 0 ? 8 : 0);
            }
          }
          out[to + c] = spec.scale() * activated(best);
          if (spec.codes()) {
            codes[at] = code;
          }
          if (spec.picks()) {
            picked[at] = bestX;
          }
        }
      }
    }
  }

  @Override
  public void reduce(
      float[] x,
      int xBase,
      float[] coef,
      float[] gradient,
      int gradientBase,
      int[] codes,
      float[] picked,
      int keptBase,
      float[] sums,
      int at) {
    Arrays.fill(sums, at, at + (spec.norm() ? 2 : 1) * channels, 0f);
    int element = 0;
    for (int row = 0; row < spec.outHeight(); row++) {
      for (int column = 0; column < spec.outWidth(); column++) {
        int from = xBase + row * spec.xRow() + column * channels;
        for (int c = 0; c < channels; c++, element++) {
          float g = inner(codes, keptBase + element, gradient[gradientBase + element]);
          sums[at + c] += g;
          if (spec.norm()) {
            float value = spec.pool() ? picked[keptBase + element] : x[from + c];
            sums[at + channels + c] += g * (value - coef[c]);
          }
        }
      }
    }
  }

  @Override
  public void backward(
      float[] x,
      int xBase,
      float[] coef,
      float[] gradient,
      int gradientBase,
      int[] codes,
      int keptBase,
      float[] dx,
      int dxBase) {
    int element = 0;
    for (int row = 0; row < spec.outHeight(); row++) {
      for (int column = 0; column < spec.outWidth(); column++) {
        for (int c = 0; c < channels; c++, element++) {
          float g = inner(codes, keptBase + element, gradient[gradientBase + element]);
          int chosen = spec.pool() ? codes[keptBase + element] & 3 : 0;
          for (int position = 0; position < window; position++) {
            if (!inside(row, column, position)) {
              continue;
            }
            int pixel = pixel(row, column, position);
            float own = position == chosen ? g : 0f;
            int to = dxBase + offset(pixel, spec.dxRow()) + c;
            dx[to] =
                spec.norm() ? spread(x, xBase + offset(pixel, spec.xRow()) + c, coef, c, own) : own;
          }
        }
      }
    }
  }

  private float spread(float[] x, int at, float[] coef, int c, float own) {
    float centred = x[at] - coef[c];
    return coef[channels + c] * own + (coef[3 * channels + c] + coef[4 * channels + c] * centred);
  }

  /** A slope of 0 selects: it would make NaN of minus infinity. */
  private float activated(float z) {
    if (spec.slope() == 0) {
      return z <= 0 ? 0f : z;
    }
    return z > 0 ? z : spec.slope() * z;
  }

  private float normalised(float value, float[] coef, int c) {
    return spec.norm() ? (value - coef[c]) * coef[channels + c] + coef[2 * channels + c] : value;
  }

  /** The gradient of the picked {@code z}, from the output's and the code. */
  private float inner(int[] codes, int at, float gradient) {
    float scaled = spec.scale() * gradient;
    if (!spec.codes()) {
      return scaled;
    }
    int code = codes[at];
    return (code & 4) == 0 ? 0f : (code & 8) != 0 ? scaled : spec.slope() * scaled;
  }

  private boolean kept(int[] draws, int pixel, int c) {
    int word = draws[pixel * (channels / lanes) + c / lanes];
    int draw = (word >>> ((c % lanes) * spec.drawBits())) & ((1 << spec.drawBits()) - 1);
    return draw >= spec.threshold();
  }

  private int pixel(int row, int column, int position) {
    int h = spec.pool() ? 2 * row + position / 2 : row;
    int w = spec.pool() ? 2 * column + position % 2 : column;
    return h * spec.width() + w;
  }

  /**
   * Whether this position of the window lies in the image: at the lower and right edge it may not.
   */
  private boolean inside(int row, int column, int position) {
    return position == 0
        || (2 * row + position / 2 < spec.height() && 2 * column + position % 2 < spec.width());
  }

  private int offset(int pixel, int rowStride) {
    return pixel / spec.width() * rowStride + pixel % spec.width() * channels;
  }
}
