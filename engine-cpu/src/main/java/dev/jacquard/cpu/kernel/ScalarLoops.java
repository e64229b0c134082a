package dev.jacquard.cpu.kernel;

import dev.jacquard.random.Philox;
import java.util.Arrays;

/** The plain Java {@link Loops}. */
final class ScalarLoops implements Loops {
  private final int lanes;

  /** Loops whose {@link #transpose} takes matrices with {@code lanes} columns. */
  ScalarLoops(int lanes) {
    this.lanes = lanes;
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
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (int n = 0; n < images; n++) {
        for (int h = 0; h < height; h++) {
          int from = base + n * imageStride + h * rowStride + c;
          for (int w = 0; w < width; w++) {
            sum += x[from + w * pixelStride];
          }
        }
      }
      out[at + c] = (float) sum;
    }
  }

  @Override
  public void add(float[] from, int fromBase, float[] to, int toBase, int count) {
    for (int i = 0; i < count; i++) {
      to[toBase + i] += from[fromBase + i];
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
    for (int i = 0; i < pixels; i++) {
      for (int c = 0; c < channels; c++) {
        to[toBase + i * toStep + c] += factor * from[fromBase + i * fromStep + c];
      }
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
    for (int i = 0; i < pixels; i++) {
      for (int c = 0; c < channels; c++) {
        float value = x[from + i * step + c];
        int at = i * channels + c;
        if (value > best[to + at] || (Float.isNaN(value) && !Float.isNaN(best[to + at]))) {
          best[to + at] = value;
          if (winners != null) {
            winners[kept + at] = position;
          }
        }
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
    for (int i = 0; i < pixels; i++) {
      for (int c = 0; c < channels; c++) {
        int at = i * channels + c;
        to[toBase + i * step + c] += winners[kept + at] == position ? from[fromBase + at] : 0;
      }
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
    float keepM = (float) beta1;
    float takeM = (float) (1 - beta1);
    float keepV = (float) beta2;
    float takeV = (float) (1 - beta2);
    for (int i = from; i < from + count; i++) {
      float g = gradient[i];
      float first = unlessFaded(keepM * m[i] + takeM * g);
      float second = unlessFaded(keepV * v[i] + takeV * g * g);
      m[i] = first;
      v[i] = second;
      w[i] = (w[i] - decay * w[i]) - rate * first / ((float) Math.sqrt(second) + epsilon);
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
    for (int i = from; i < from + count; i++) {
      float step = rate * gradient[i];
      float next = unlessFaded(momentum * m[i] - step);
      m[i] = next;
      w[i] += nesterov ? momentum * next - step : next;
    }
  }

  private static float unlessFaded(float value) {
    return Math.abs(value) < FADED ? 0f : value;
  }

  @Override
  public void descend(float[] w, float[] gradient, int from, int count, float rate) {
    for (int i = from; i < from + count; i++) {
      w[i] -= rate * gradient[i];
    }
  }

  @Override
  public void philox(long seed, int first, int c1, int c2, int c3, int[] out, int blocks) {
    for (int b = 0; b < blocks; b++) {
      Philox.block(seed, first + b, c1, c2, c3, out, 4 * b);
    }
  }

  @Override
  public void transpose(
      float[] from, int fromBase, int fromStride, float[] to, int toBase, int toStride, int rows) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < lanes; c++) {
        to[toBase + r + c * toStride] = from[fromBase + r * fromStride + c];
      }
    }
  }

  @Override
  public void sigmoid(float[] x, int from, float[] y, int to, int count) {
    for (int i = 0; i < count; i++) {
      y[to + i] = (float) (1 / (1 + Math.exp(-x[from + i])));
    }
  }

  @Override
  public void tanh(float[] x, int from, float[] y, int to, int count) {
    for (int i = 0; i < count; i++) {
      y[to + i] = (float) Math.tanh(x[from + i]);
    }
  }

  @Override
  public void products(
      float[] x, int a, int b0, int b1, int b2, int b3, int step, int count, float[] sums) {
    Arrays.fill(sums, 0, 5 * lanes, 0f);
    for (int i = 0; i < count; i++) {
      for (int lane = 0, at = i * step; lane < lanes; lane++, at++) {
        float own = x[a + at];
        sums[lane] += own;
        sums[lanes + lane] += own * x[b0 + at];
        sums[2 * lanes + lane] += own * x[b1 + at];
        sums[3 * lanes + lane] += own * x[b2 + at];
        sums[4 * lanes + lane] += own * x[b3 + at];
      }
    }
  }
}
