package dev.jacquard.opencl;

import dev.jacquard.graph.Window;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A convolution of {@code [batch, H, W, C]} with a tile to compute it in, and what it is by plain
 * loops in double, along taps as the definition has it: gradients are scattered, not gathered.
 *
 * @param size samples of the step, at most the batch
 */
record ConvolutionCase(Shape in, Window window, int filters, int batch, int size, Tile tile) {
  /**
   * How many rows and columns a group and an item compute.
   *
   * @param tf32 how factors are rounded, as {@code gemm_tile.cl} has it
   */
  record Tile(int m, int n, int k, int itemM, int itemN, int tf32) {
    Tile(int m, int n, int k, int itemM, int itemN) {
      this(m, n, k, itemM, itemN, 0);
    }

    WorkSize groups(long rows, long columns, long parts) {
      long groupsM = (rows + m - 1) / m;
      return new WorkSize(parts * groupsM, (columns + n - 1) / n, n / itemN, m / itemM);
    }

    /** Large items are not unrolled: processors' compilers take seconds over them. */
    String defines() {
      return String.format(
          Locale.ROOT,
          (itemM * itemN > 16 || tf32 > 0 ? " -DUNROLL=1" : "")
              + " -DTILE_M=%d -DTILE_N=%d -DTILE_K=%d -DITEM_M=%d -DITEM_N=%d -DTF32=%d",
          m,
          n,
          k,
          itemM,
          itemN,
          tf32);
    }
  }

  /** A tap: an input pixel, a position in the window and an output pixel that meet. */
  private interface Visitor {
    void visit(int in, int tap, int out);
  }

  /** A dense layer: a 1x1 convolution of a 1x1 image. */
  static ConvolutionCase dense(int features, int units, int batch, int size, Tile tile) {
    Shape in = Shape.of(1, 1, features);
    return new ConvolutionCase(in, Window.over(in, 1, 1, 1, 1, false), units, batch, size, tile);
  }

  String defines() {
    return shape() + tile.defines();
  }

  /** What it is, without how it is computed. */
  String shape() {
    return String.format(
        Locale.ROOT,
        " -DBATCH=%d -DIN_H=%d -DIN_W=%d -DIN_C=%d -DOUT_H=%d -DOUT_W=%d -DFILTERS=%d"
            + " -DKERNEL_H=%d -DKERNEL_W=%d -DSTRIDE_H=%d -DSTRIDE_W=%d -DTOP=%d -DLEFT=%d",
        batch,
        in.dim(0),
        in.dim(1),
        channels(),
        window.outH(),
        window.outW(),
        filters,
        window.kernelH(),
        window.kernelW(),
        window.strideH(),
        window.strideW(),
        window.top(),
        window.left());
  }

  int channels() {
    return in.dim(2);
  }

  int inputPixels() {
    return in.dim(0) * in.dim(1);
  }

  int outputPixels() {
    return window.outH() * window.outW();
  }

  int inputElements() {
    return batch * in.elements();
  }

  int outputElements() {
    return batch * outputPixels() * filters;
  }

  /** Elements of the kernel of one filter. */
  int taps() {
    return window.kernelH() * window.kernelW() * channels();
  }

  /** Integers from -3 to 3 for the step's samples, NaN for those that it lacks. */
  double[] samples(int elements, long seed) {
    double[] values = integers(elements, seed);
    Arrays.fill(values, elements / batch * size, elements, Double.NaN);
    return values;
  }

  /** Integers from -3 to 3: as sums of their products stay below 2^24, these are exact. */
  static double[] integers(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.ints(count, -3, 4).asDoubleStream().toArray();
  }

  double[] output(double[] x, double[] w) {
    double[] y = new double[outputElements()];
    each(
        0,
        size * outputPixels(),
        (pixel, tap, out) -> {
          for (int c = 0; c < channels(); c++) {
            for (int f = 0; f < filters; f++) {
              y[out * filters + f] +=
                  x[pixel * channels() + c] * w[(tap * channels() + c) * filters + f];
            }
          }
        });
    return y;
  }

  double[] inputGradient(double[] dy, double[] w) {
    double[] dx = new double[inputElements()];
    each(
        0,
        size * outputPixels(),
        (pixel, tap, out) -> {
          for (int c = 0; c < channels(); c++) {
            for (int f = 0; f < filters; f++) {
              dx[pixel * channels() + c] +=
                  dy[out * filters + f] * w[(tap * channels() + c) * filters + f];
            }
          }
        });
    return dx;
  }

  /** What the output pixels {@code begin} to {@code end - 1} add, if the step has their sample. */
  double[] filterGradient(double[] x, double[] dy, int begin, int end) {
    double[] dw = new double[taps() * filters];
    each(
        begin,
        Math.min(end, size * outputPixels()),
        (pixel, tap, out) -> {
          for (int c = 0; c < channels(); c++) {
            for (int f = 0; f < filters; f++) {
              dw[(tap * channels() + c) * filters + f] +=
                  x[pixel * channels() + c] * dy[out * filters + f];
            }
          }
        });
    return dw;
  }

  /**
   * The moments of what the window sees of some samples: the mean of each tap, then the covariances
   * of each with itself and those behind it.
   */
  double[] moments(double[] x, int first, int count) {
    int rows = count * outputPixels();
    double[] seen = new double[rows * taps()];
    int begin = first * outputPixels();
    each(
        begin,
        begin + rows,
        (pixel, tap, out) -> {
          for (int c = 0; c < channels(); c++) {
            seen[(out - begin) * taps() + tap * channels() + c] = x[pixel * channels() + c];
          }
        });
    double[] moments = new double[taps() + taps() * (taps() + 1) / 2];
    for (int e = 0; e < seen.length; e++) {
      moments[e % taps()] += seen[e] / rows;
    }
    int at = taps();
    for (int a = 0; a < taps(); a++) {
      for (int b = a; b < taps(); b++, at++) {
        for (int row = 0; row < rows; row++) {
          double off = seen[row * taps() + a] - moments[a];
          moments[at] += off * (seen[row * taps() + b] - moments[b]) / rows;
        }
      }
    }
    return moments;
  }

  private void each(int begin, int end, Visitor visitor) {
    for (int out = begin; out < end; out++) {
      int n = out / outputPixels();
      int top = out % outputPixels() / window.outW() * window.strideH() - window.top();
      int left = out % window.outW() * window.strideW() - window.left();
      for (int tap = 0; tap < window.kernelH() * window.kernelW(); tap++) {
        int row = top + tap / window.kernelW();
        int column = left + tap % window.kernelW();
        if (row >= 0 && row < in.dim(0) && column >= 0 && column < in.dim(1)) {
          visitor.visit(n * inputPixels() + row * in.dim(1) + column, tap, out);
        }
      }
    }
  }
}
