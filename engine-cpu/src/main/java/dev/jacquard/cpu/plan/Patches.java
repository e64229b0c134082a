package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.cpu.thread.Workers;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;

/**
 * Moments of what a convolution's window sees of each image of a data set: of its taps, the mean
 * over all positions, and the covariance of each pair. The convolution is linear in the taps, so
 * the moments of its output over any batch follow from these, whatever its weights are.
 *
 * <p>They are computed once, for as many images side by side as a vector has lanes. Sums over a row
 * are in fp32, of numbers around the data set's mean; rows are added in double.
 */
final class Patches {
  /** Images of which the mean is that of all, nearly. */
  private static final int SAMPLE = 64;

  /** What {@link Loops#products} makes: a sum, and so many of products. */
  private static final int PRODUCTS = 4;

  private final DataSet set;
  private final Op.Input input;
  private final Window window;
  private final Loops loops;
  private final int lanes;
  private final int channels;
  private final int height;
  private final int width;
  private final int columns;
  private final int taps;
  private final float[] numbers;
  private final float shift;
  private final float[] table;

  /** What a thread computes with. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Scratch(float[] seen, float[] row, double[] sums) {}

  private Patches(DataSet set, Op.Input input, Window window, Kernels kernels, Arena arena) {
    Shape shape = input.shape();
    this.set = set;
    this.input = input;
    this.window = window;
    this.loops = kernels.loops();
    this.lanes = kernels.lanes();
    this.channels = shape.channels();
    this.height = shape.rank() == 3 ? shape.dim(0) : 1;
    this.width = shape.rank() == 3 ? shape.dim(1) : 1;
    this.columns = (window.outW() - 1) * window.strideW() + window.kernelW();
    this.taps = window.kernelH() * window.kernelW() * channels;
    this.numbers = Gather.numbers(input);
    this.shift = mean(Math.min(SAMPLE, set.size()) * shape.elements());
    this.table = arena.floats((long) set.size() * floats(taps), "moments of patches");
  }

  /** Floats of an image in the table: the means, then the covariances, a before b, a up to b. */
  static int floats(int taps) {
    return taps + taps * (taps + 1) / 2;
  }

  /** The table of a data set, {@code [images, floats(taps)]}, made by all threads. */
  static float[] table(
      DataSet set, Op.Input input, Window window, Kernels kernels, Workers workers, Arena arena) {
    Patches patches = new Patches(set, input, window, kernels, arena);
    Scratch[] scratch = new Scratch[workers.count()];
    Arrays.setAll(scratch, worker -> patches.scratch());
    int lanes = patches.lanes;
    workers.runAside(
        (set.size() + lanes - 1) / lanes,
        (unit, worker) -> patches.images(unit * lanes, scratch[worker]));
    return patches.table;
  }

  private Scratch scratch() {
    float[] seen = new float[rows() * columns * channels * lanes];
    Arrays.fill(seen, -shift);
    return new Scratch(
        seen, new float[(1 + PRODUCTS) * lanes], new double[(floats(taps) + PRODUCTS) * lanes]);
  }

  private int rows() {
    return (window.outH() - 1) * window.strideH() + window.kernelH();
  }

  private float mean(int elements) {
    double sum = 0;
    for (int e = 0; e < elements; e++) {
      sum += number(e);
    }
    return (float) (sum / elements);
  }

  private float number(int at) {
    return input.stored() == DType.U8
        ? numbers[set.bytes()[at] & 0xFF]
        : Math.fma(set.floats()[at], input.scale(), input.offset());
  }

  private void images(int first, Scratch scratch) {
    int count = Math.min(lanes, set.size() - first);
    for (int lane = 0; lane < count; lane++) {
      bring(first + lane, scratch.seen, lane);
    }
    Arrays.fill(scratch.sums, 0);
    int at = taps;
    for (int a = 0; a < taps; a++) {
      for (int b = a; b < taps; b += PRODUCTS) {
        add(a, b, at, scratch);
        at += Math.min(PRODUCTS, taps - b);
      }
    }
    for (int lane = 0; lane < count; lane++) {
      moments(scratch.sums, lane, (first + lane) * floats(taps));
    }
  }

  /** An image as numbers, as far as windows see it; around it is what stands for 0. */
  private void bring(int image, float[] seen, int lane) {
    int elements = Math.min(width, columns - window.left()) * channels;
    for (int row = window.top(); row < Math.min(rows(), window.top() + height); row++) {
      int to = (row * columns + window.left()) * channels * lanes + lane;
      int from = (image * height + row - window.top()) * width * channels;
      for (int e = 0; e < elements; e++) {
        seen[to + e * lanes] = number(from + e) - shift;
      }
    }
  }

  /** Adds up tap {@code a}, and its products with those from {@code b} on, row by row. */
  private void add(int a, int b, int at, Scratch scratch) {
    int some = Math.min(PRODUCTS, taps - b);
    for (int i = 0; i < window.outH(); i++) {
      int row = i * window.strideH() * columns * channels;
      loops.products(
          scratch.seen,
          (row + offset(a)) * lanes,
          (row + offset(b)) * lanes,
          (row + offset(Math.min(b + 1, taps - 1))) * lanes,
          (row + offset(Math.min(b + 2, taps - 1))) * lanes,
          (row + offset(Math.min(b + 3, taps - 1))) * lanes,
          window.strideW() * channels * lanes,
          window.outW(),
          scratch.row);
      if (b == a) {
        add(scratch.row, 0, scratch.sums, a * lanes, lanes);
      }
      add(scratch.row, lanes, scratch.sums, at * lanes, some * lanes);
    }
  }

  private static void add(float[] row, int from, double[] sums, int at, int count) {
    for (int i = 0; i < count; i++) {
      sums[at + i] += row[from + i];
    }
  }

  /** Where a tap lies, from where its window begins. */
  private int offset(int tap) {
    int row = window.kernelW() * channels;
    return tap / row * columns * channels + tap % row;
  }

  private void moments(double[] sums, int lane, int to) {
    double positions = (double) window.outH() * window.outW();
    int at = taps;
    for (int a = 0; a < taps; a++) {
      double mean = sums[a * lanes + lane] / positions;
      table[to + a] = (float) (mean + shift);
      for (int b = a; b < taps; b++, at++) {
        double other = sums[b * lanes + lane] / positions;
        table[to + at] = (float) (sums[at * lanes + lane] / positions - mean * other);
      }
    }
  }
}
