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
 * <p>They are computed once, for as many images side by side as a vector has lanes. Sums over (a
 * part of) a row are in fp32, of numbers around their channel's mean in the image; these are added
 * in double.
 */
final class Patches {
  /** Positions whose sum is in fp32. */
  private static final int RUN = 32;

  /** Numbers that are known of an image for each position of the window, at most. */
  private static final int EACH = 4;

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
  private final float[] table;

  /**
   * What a thread computes with.
   *
   * @param means of each channel of each lane's image
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Scratch(float[] seen, float[] means, float[] run, double[] sums) {}

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
    this.table = arena.floats((long) set.size() * floats(taps), "moments of patches");
  }

  /** Floats of an image in the table: the means, then the covariances, a before b, a up to b. */
  static int floats(int taps) {
    return taps + taps * (taps + 1) / 2;
  }

  /**
   * Whether the moments of an input's images are worth their memory, and the input lies as a data
   * set has it.
   */
  static boolean pay(Layout in, Window window) {
    int taps = window.kernelH() * window.kernelW() * in.channels();
    long positions = (long) window.outH() * window.outW();
    return in.physical() == in.channels() && floats(taps) <= EACH * positions;
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
    return new Scratch(
        new float[rows() * columns * channels * lanes],
        new float[channels * lanes],
        new float[(1 + PRODUCTS) * lanes],
        new double[(floats(taps) + PRODUCTS) * lanes]);
  }

  private int rows() {
    return (window.outH() - 1) * window.strideH() + window.kernelH();
  }

  /** The mean of a channel of an image. */
  private float mean(int image, int channel) {
    double even = 0;
    double odd = 0;
    int pixels = height * width;
    int at = image * pixels * channels + channel;
    for (int pixel = 0; pixel < pixels; pixel += 2) {
      even += number(at + pixel * channels);
      odd += pixel + 1 < pixels ? number(at + (pixel + 1) * channels) : 0;
    }
    return (float) ((even + odd) / pixels);
  }

  private float number(int at) {
    return input.stored() == DType.U8
        ? numbers[set.bytes()[at] & 0xFF]
        : Math.fma(set.floats()[at], input.scale(), input.offset());
  }

  private void images(int first, Scratch scratch) {
    int count = Math.min(lanes, set.size() - first);
    for (int lane = 0; lane < count; lane++) {
      for (int c = 0; c < channels; c++) {
        scratch.means[c * lanes + lane] = mean(first + lane, c);
      }
      bring(first + lane, scratch, lane);
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
      moments(scratch, lane, (first + lane) * floats(taps));
    }
  }

  /** An image as numbers around their means, as far as windows see it, zeros around it. */
  private void bring(int image, Scratch scratch, int lane) {
    int to = lane;
    for (int row = 0; row < rows(); row++) {
      int line = row - window.top();
      boolean inside = line >= 0 && line < height;
      int from = ((image * height + line) * width - window.left()) * channels;
      for (int column = 0; column < columns; column++) {
        boolean seen = inside && column >= window.left() && column < window.left() + width;
        for (int c = 0; c < channels; c++, from++, to += lanes) {
          float number = seen ? number(from) : 0;
          scratch.seen[to] = number - scratch.means[c * lanes + lane];
        }
      }
    }
  }

  /** Adds up tap {@code a}, and its products with those from {@code b} on, run by run. */
  private void add(int a, int b, int at, Scratch scratch) {
    int some = Math.min(PRODUCTS, taps - b);
    int step = window.strideW() * channels;
    for (int i = 0; i < window.outH(); i++) {
      for (int j = 0; j < window.outW(); j += RUN) {
        int place = i * window.strideH() * columns * channels + j * step;
        loops.products(
            scratch.seen,
            (place + offset(a)) * lanes,
            (place + offset(b)) * lanes,
            (place + offset(Math.min(b + 1, taps - 1))) * lanes,
            (place + offset(Math.min(b + 2, taps - 1))) * lanes,
            (place + offset(Math.min(b + 3, taps - 1))) * lanes,
            step * lanes,
            Math.min(RUN, window.outW() - j),
            scratch.run);
        if (b == a) {
          add(scratch.run, 0, scratch.sums, a * lanes, lanes);
        }
        add(scratch.run, lanes, scratch.sums, at * lanes, some * lanes);
      }
    }
  }

  private static void add(float[] run, int from, double[] sums, int at, int count) {
    for (int i = 0; i < count; i++) {
      sums[at + i] += run[from + i];
    }
  }

  /** Where a tap lies, from where its window begins. */
  private int offset(int tap) {
    int row = window.kernelW() * channels;
    return tap / row * columns * channels + tap % row;
  }

  private void moments(Scratch scratch, int lane, int to) {
    double[] sums = scratch.sums;
    double positions = (double) window.outH() * window.outW();
    int at = taps;
    for (int a = 0; a < taps; a++) {
      double mean = sums[a * lanes + lane] / positions;
      table[to + a] = (float) (mean + scratch.means[a % channels * lanes + lane]);
      for (int b = a; b < taps; b++, at++) {
        double other = sums[b * lanes + lane] / positions;
        table[to + at] = (float) (sums[at * lanes + lane] / positions - mean * other);
      }
    }
  }
}
