package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.thread.Workers;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;

/**
 * Moments of what a convolution's window sees of each image of a data set: of its taps, the mean
 * over all positions, and the covariance of each pair. The convolution is linear in the taps, so
 * the moments of its output over any batch follow from these, whatever its weights are. They are
 * computed once, with sums in double, which are exact for bytes that are not scaled.
 */
final class Patches {
  /** Images that a thread treats at a time. */
  private static final int UNIT = 64;

  private final DataSet set;
  private final Op.Input input;
  private final Window window;
  private final int channels;
  private final int columns;
  private final int taps;
  private final float[] numbers;
  private final float[] table;

  private Patches(DataSet set, Op.Input input, Window window, Arena arena) {
    Shape shape = input.shape();
    this.set = set;
    this.input = input;
    this.window = window;
    this.numbers = Gather.numbers(input);
    this.channels = shape.channels();
    this.columns = (window.outW() - 1) * window.strideW() + window.kernelW();
    this.taps = window.kernelH() * window.kernelW() * channels;
    this.table = arena.floats((long) set.size() * floats(taps), "moments of patches");
  }

  /** Floats of an image in the table: the means, then the covariances, a before b, a up to b. */
  static int floats(int taps) {
    return taps + taps * (taps + 1) / 2;
  }

  /** The table of a data set, {@code [images, floats(taps)]}, made by all threads. */
  static float[] table(DataSet set, Op.Input input, Window window, Workers workers, Arena arena) {
    Patches patches = new Patches(set, input, window, arena);
    int units = (set.size() + UNIT - 1) / UNIT;
    workers.runAside(units, (unit, worker) -> patches.images(unit * UNIT));
    return patches.table;
  }

  private void images(int first) {
    int rows = (window.outH() - 1) * window.strideH() + window.kernelH();
    double[] seen = new double[rows * columns * channels];
    double[] sums = new double[floats(taps)];
    for (int i = first; i < Math.min(first + UNIT, set.size()); i++) {
      bring(i, rows, seen);
      add(seen, sums);
      moments(sums, i * sums.length);
    }
  }

  /** An image as numbers, as far as windows see it, zeros around it. */
  private void bring(int image, int rows, double[] seen) {
    Shape shape = input.shape();
    int height = shape.rank() == 3 ? shape.dim(0) : 1;
    int width = shape.rank() == 3 ? shape.dim(1) : 1;
    int elements = Math.min(width, columns - window.left()) * channels;
    // Lines outside the image are zero from the start.
    for (int row = window.top(); row < Math.min(rows, window.top() + height); row++) {
      int to = (row * columns + window.left()) * channels;
      int from = (image * height + row - window.top()) * width * channels;
      for (int e = 0; e < elements; e++) {
        seen[to + e] = number(from + e);
      }
    }
  }

  private float number(int at) {
    return input.stored() == DType.U8
        ? numbers[set.bytes()[at] & 0xFF]
        : Math.fma(set.floats()[at], input.scale(), input.offset());
  }

  /** Sums of taps and of products of two taps. */
  private void add(double[] seen, double[] sums) {
    int at = taps;
    for (int a = 0; a < taps; a++) {
      for (int b = a; b < taps; b += 4) {
        sums[a] = products(seen, a, b, sums, at);
        at += Math.min(4, taps - b);
      }
    }
  }

  /**
   * The sum of tap {@code a}, and those of its products with four taps from {@code b} on: sums that
   * do not wait for each other.
   */
  private double products(double[] seen, int a, int b, double[] sums, int at) {
    int first = offset(a);
    int b0 = offset(b);
    int b1 = offset(Math.min(b + 1, taps - 1));
    int b2 = offset(Math.min(b + 2, taps - 1));
    int b3 = offset(Math.min(b + 3, taps - 1));
    int step = window.strideW() * channels;
    double sum = 0;
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    for (int i = 0; i < window.outH(); i++) {
      int p = i * window.strideH() * columns * channels;
      for (int j = 0; j < window.outW(); j++, p += step) {
        double x = seen[p + first];
        sum += x;
        sum0 += x * seen[p + b0];
        sum1 += x * seen[p + b1];
        sum2 += x * seen[p + b2];
        sum3 += x * seen[p + b3];
      }
    }
    double[] four = {sum0, sum1, sum2, sum3};
    System.arraycopy(four, 0, sums, at, Math.min(4, taps - b));
    return sum;
  }

  /** Where a tap lies, from where its window begins. */
  private int offset(int tap) {
    int row = window.kernelW() * channels;
    return tap / row * columns * channels + tap % row;
  }

  private void moments(double[] sums, int to) {
    double positions = (double) window.outH() * window.outW();
    int at = taps;
    for (int a = 0; a < taps; a++) {
      table[to + a] = (float) (sums[a] / positions);
      for (int b = a; b < taps; b++, at++) {
        table[to + at] = (float) ((sums[at] - sums[a] / positions * sums[b]) / positions);
      }
    }
  }
}
