package dev.jacquard.opencl;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.ConvolutionCase.Tile;
import dev.jacquard.opencl.binding.WorkSize;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A launch of conv2d_backward, or of conv2d_strip for the input's gradient alone: its operands on
 * the host, and what it has to make of them.
 */
final class BackwardCase {
  private static final float SLOPE = 0.5f;
  private static final float DROP_SCALE = 2;
  private static final int KEPT = 4;
  private static final int POSITIVE = 8;

  /** What it does. */
  record Options(
      boolean data, boolean filter, boolean accumulate, boolean sums, boolean codes, int parts) {
    String defines() {
      return String.format(
          Locale.ROOT,
          " -DDATA=%d -DFILTER=%d -DACCUMULATE=%d -DSUMS=%d -DCODES=%d -DPARTS=%d"
              + " -DSLOPE=%sf -DDROP_SCALE=%sf",
          data ? 1 : 0,
          filter ? 1 : 0,
          accumulate ? 1 : 0,
          sums ? 1 : 0,
          codes ? 1 : 0,
          parts,
          SLOPE,
          DROP_SCALE);
    }
  }

  final double[] x;
  final double[] dy;
  private final ConvolutionCase at;
  private final Options options;
  private final int strip;
  private final int sumChannels;
  private final double[] w;
  private final double[] before;
  private final double[] picked;
  private final double[] means;
  private final byte[] codes;
  private long dx;
  private long sums;
  private long parts;

  BackwardCase(ConvolutionCase at, Options options) {
    this(at, options, 0, at.channels());
  }

  /** A dense layer whose input a chain of so many channels put out, before it was flattened. */
  static BackwardCase flattened(ConvolutionCase at, Options options, int channels) {
    return new BackwardCase(at, options, 0, channels);
  }

  /**
   * The same in strips.
   *
   * @param strip rows of the input that a group makes
   */
  BackwardCase(ConvolutionCase at, Options options, int strip) {
    this(at, options, strip, at.channels());
  }

  private BackwardCase(ConvolutionCase at, Options options, int strip, int sumChannels) {
    this.at = at;
    this.options = options;
    this.strip = strip;
    this.sumChannels = sumChannels;
    x = at.samples(at.inputElements(), 3);
    dy = at.samples(at.outputElements(), 4);
    w = ConvolutionCase.integers(at.taps() * at.filters(), 5);
    before = at.samples(at.inputElements(), 6);
    picked = at.samples(at.inputElements(), 7);
    means = ConvolutionCase.integers(sumChannels, 8);
    codes = new byte[at.inputElements()];
    new SplittableRandom(9).nextBytes(codes);
  }

  void run(Workbench bench) {
    run(bench, bench.buffer(x), bench.buffer(new byte[4]), "");
  }

  /** The same with the input gathered, as further defines say. */
  void run(Workbench bench, long stored, long indices, String more) {
    FencedBuffers fences = new FencedBuffers(bench);
    dx = options.accumulate ? fences.fenced(before) : fences.fenced(at.inputElements());
    sums = fences.fenced(2 * tiles() * at.channels());
    parts = fences.fenced(options.parts * at.taps() * at.filters());
    String family = "conv2d_backward";
    String defines =
        " -Werror" + at.defines() + options.defines() + " -DSUM_CHANNELS=" + sumChannels + more;
    long kernel = bench.kernel(KernelSources.of(family), defines, family);
    bench.cl().setBuffer(kernel, 0, fences.steps(at.size()));
    bench.cl().setInt(kernel, 1, FencedBuffers.STEP);
    long[] buffers = {
      stored,
      indices,
      bench.buffer(dy),
      bench.buffer(w),
      dx,
      bench.buffer(codes),
      bench.buffer(picked),
      bench.buffer(statistics()),
      sums,
      parts
    };
    for (int i = 0; i < buffers.length; i++) {
      bench.cl().setBuffer(kernel, 2 + i, buffers[i]);
    }
    bench.cl().launch(bench.queue(), kernel, groups());
  }

  /** The input's gradient in strips. */
  void runStrips(Workbench bench) {
    FencedBuffers fences = new FencedBuffers(bench);
    dx = options.accumulate ? fences.fenced(before) : fences.fenced(at.inputElements());
    sums = fences.fenced(2 * tiles() * at.channels());
    String family = "conv2d_strip";
    String defines =
        " -Werror"
            + at.defines()
            + options.defines()
            + " -DSTRIP="
            + strip
            + " -DDEPTH="
            + (strip % 3 + 1);
    long kernel = bench.kernel(KernelSources.of(family), defines, family);
    bench.cl().setBuffer(kernel, 0, fences.steps(at.size()));
    bench.cl().setInt(kernel, 1, FencedBuffers.STEP);
    long[] buffers = {
      bench.buffer(dy),
      bench.buffer(w),
      dx,
      bench.buffer(codes),
      bench.buffer(picked),
      bench.buffer(statistics()),
      sums
    };
    for (int i = 0; i < buffers.length; i++) {
      bench.cl().setBuffer(kernel, 2 + i, buffers[i]);
    }
    Tile tile = at.tile();
    int columns = tiles(at.channels(), tile.n());
    bench
        .cl()
        .launch(
            bench.queue(),
            kernel,
            new WorkSize(
                (tiles() + 1L) / 2 * columns, 1, tile.n() / tile.itemN(), tile.m() / tile.itemM()));
  }

  private double[] statistics() {
    double[] statistics = new double[2 * sumChannels];
    for (int c = 0; c < sumChannels; c++) {
      statistics[2 * c] = means[c];
      statistics[2 * c + 1] = Double.NaN;
    }
    return statistics;
  }

  private WorkSize groups() {
    Tile tile = at.tile();
    int data = tiles() * tiles(at.channels(), tile.n());
    int filter = options.parts * tiles(at.taps(), tile.m()) * tiles(at.filters(), tile.n());
    int groups = (options.data ? data : 0) + (options.filter ? filter : 0);
    return new WorkSize(groups, 1, tile.n() / tile.itemN(), tile.m() / tile.itemM());
  }

  private int tiles() {
    return tiles(at.batch() * at.inputPixels(), rows());
  }

  /** Rows of which a pair of sums is. */
  private int rows() {
    return strip > 0 ? strip * at.in().dim(1) : at.tile().m();
  }

  private static int tiles(int count, int tile) {
    return (count + tile - 1) / tile;
  }

  /** What the launch is to compute is exact, and what it is not to touch is as it was. */
  void check(Workbench bench) {
    FencedBuffers fences = new FencedBuffers(bench);
    double[] gradient = inputGradient();
    if (options.data) {
      fences.assertSamples(at, gradient, dx);
    } else {
      fences.assertUntouched(dx);
    }
    if (options.sums) {
      fences.assertExactly(sums(gradient), sums);
    } else {
      fences.assertUntouched(sums);
    }
    if (options.filter) {
      fences.assertExactly(filterParts(), parts);
    } else {
      fences.assertUntouched(parts);
    }
  }

  /** The input's gradient alone, and its sums. */
  void checkData(Workbench bench) {
    FencedBuffers fences = new FencedBuffers(bench);
    double[] gradient = inputGradient();
    fences.assertSamples(at, gradient, dx);
    fences.assertExactly(sums(gradient), sums);
  }

  /** The filter's gradient alone, up to rounding. */
  void checkFilter(Workbench bench, int units) {
    new FencedBuffers(bench).assertWithin(units, filterParts(), parts);
  }

  private double[] inputGradient() {
    double[] expected = at.inputGradient(dy, w);
    for (int e = 0; options.accumulate && e < expected.length; e++) {
      expected[e] += before[e];
    }
    return expected;
  }

  /** Each part holds the rows that are its own in a full batch. */
  private double[] filterParts() {
    int elements = at.taps() * at.filters();
    int part = tiles(at.batch() * at.outputPixels(), options.parts);
    double[] expected = new double[options.parts * elements];
    for (int p = 0; p < options.parts; p++) {
      double[] own = at.filterGradient(x, dy, p * part, (p + 1) * part);
      System.arraycopy(own, 0, expected, p * elements, elements);
    }
    return expected;
  }

  private double[] sums(double[] gradient) {
    int channels = at.channels();
    double[] expected = new double[2 * tiles() * channels];
    for (int e = 0; e < at.size() * at.in().elements(); e++) {
      double g = gradient[e] * (options.codes ? factor(codes[e]) : 1);
      int to = 2 * (e / channels / rows() * channels + e % channels);
      expected[to] += g;
      expected[to + 1] += g * (picked[e] - means[e % sumChannels]);
    }
    return expected;
  }

  private static double factor(byte code) {
    double scale = (code & KEPT) == 0 ? 0 : DROP_SCALE;
    return (code & POSITIVE) == 0 ? scale * SLOPE : scale;
  }
}
