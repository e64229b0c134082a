package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.graph.Window;
import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.BackwardCase.Options;
import dev.jacquard.opencl.ConvolutionCase.Tile;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Convolutions in strips, forward, to their input and to their kernel. Small integers make every
 * sum exact. Strips divide images, are divided by them, or neither; the last is cut off, or has no
 * sample at all; groups make one or several, with one, two or three on their way.
 */
final class StripKernelTest {
  private Workbench bench;
  private FencedBuffers fences;

  /** A convolution with strips for its output and for its input. */
  record Strips(ConvolutionCase at, int forward, int data) {
    /** As deep as local memory allows. */
    int depth() {
      return forward < 4 ? forward + 1 : forward % 3 + 1;
    }
  }

  static List<Strips> cases() {
    return List.of(
        strips(Shape.of(6, 5, 8), 3, 3, true, 12, 3, 2, 2, 3, new Tile(16, 16, 4, 2, 2)),
        strips(Shape.of(7, 7, 8), 3, 3, true, 16, 5, 4, 9, 9, new Tile(64, 16, 8, 4, 4)),
        strips(Shape.of(4, 3, 16), 3, 3, true, 8, 5, 3, 8, 8, new Tile(32, 16, 8, 2, 4)),
        // The window shrinks the image, is even, or wider than high.
        strips(Shape.of(6, 7, 8), 3, 2, false, 8, 3, 3, 3, 4, new Tile(32, 16, 8, 2, 4)),
        strips(Shape.of(5, 6, 4), 2, 4, true, 20, 4, 2, 3, 7, new Tile(48, 32, 4, 4, 4)),
        strips(Shape.of(5, 5, 8), 5, 5, true, 8, 2, 2, 4, 4, new Tile(32, 16, 8, 2, 4)),
        // Items of seven rows, lines of more quads than there are items, whole images.
        strips(Shape.of(7, 7, 16), 3, 3, true, 32, 5, 4, 7, 9, new Tile(112, 32, 8, 7, 8)),
        strips(Shape.of(3, 9, 32), 3, 3, true, 64, 2, 2, 3, 3, new Tile(28, 16, 32, 7, 2)),
        // No zeros behind a row, whose pitch is all pixels.
        strips(Shape.of(6, 5, 8), 3, 1, true, 8, 3, 2, 3, 3, new Tile(32, 16, 8, 2, 4)),
        strips(Shape.of(9, 10, 4), 9, 9, false, 4, 2, 1, 1, 2, new Tile(32, 16, 4, 2, 4)),
        // Tensor cores, emulated.
        strips(Shape.of(7, 7, 16), 3, 3, true, 32, 3, 2, 9, 3, new Tile(64, 32, 8, 4, 4, 1)),
        strips(Shape.of(6, 5, 8), 3, 2, false, 24, 3, 3, 5, 6, new Tile(32, 32, 8, 2, 4, 1)));
  }

  private static Strips strips(
      Shape in,
      int kernelH,
      int kernelW,
      boolean same,
      int filters,
      int batch,
      int size,
      int forward,
      int data,
      Tile tile) {
    Window window = Window.over(in, kernelH, kernelW, 1, 1, same);
    return new Strips(new ConvolutionCase(in, window, filters, batch, size, tile), forward, data);
  }

  @BeforeEach
  void open() {
    FoundDevice found = FoundDevice.first();
    bench = new Workbench(found.cl(), found);
    fences = new FencedBuffers(bench);
  }

  @AfterEach
  void close() {
    if (bench != null) {
      bench.close();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheOutputAndItsMoments(Strips strips) {
    ConvolutionCase at = strips.at();
    double[] x = at.samples(at.inputElements(), 11);
    double[] w = ConvolutionCase.integers(at.taps() * at.filters(), 12);
    double[] bias = ConvolutionCase.integers(at.filters(), 13);
    int rows = strips.forward() * at.window().outW();
    int tiles = (at.batch() * at.outputPixels() + rows - 1) / rows;
    long y = fences.fenced(at.outputElements());
    long partials = fences.fenced(2 * tiles * at.filters());
    long kernel = kernel(at, " -DSTRIP=" + strips.forward() + " -DDEPTH=" + strips.depth());
    forward(strips, kernel, x, w, bias, y, partials);
    double[] expected = at.output(x, w);
    for (int e = 0; e < expected.length; e++) {
      expected[e] += bias[e % at.filters()];
    }
    fences.assertSamples(at, expected, y);
    fences.assertMoments(at, expected, rows, tiles, partials);
  }

  /** Runs with half as many groups as there are strips. */
  private void forward(
      Strips strips, long kernel, double[] x, double[] w, double[] bias, long y, long partials) {
    ConvolutionCase at = strips.at();
    bench.cl().setBuffer(kernel, 0, fences.steps(at.size()));
    bench.cl().setInt(kernel, 1, FencedBuffers.STEP);
    long[] buffers = {bench.buffer(x), bench.buffer(w), bench.buffer(bias), y, partials};
    for (int i = 0; i < buffers.length; i++) {
      bench.cl().setBuffer(kernel, 2 + i, buffers[i]);
    }
    Tile tile = at.tile();
    int rows = strips.forward() * at.window().outW();
    long tiles = (at.batch() * at.outputPixels() + rows - 1L) / rows;
    int columns = (at.filters() + tile.n() - 1) / tile.n();
    long groups = (tiles + 1) / 2 * columns;
    bench
        .cl()
        .launch(
            bench.queue(),
            kernel,
            new WorkSize(groups, 1, tile.n() / tile.itemN(), tile.m() / tile.itemM()));
  }

  /** An even share of an image, odd images, several, and columns of more than one part. */
  static List<Strips> pooled() {
    return List.of(
        strips(Shape.of(6, 5, 8), 3, 3, true, 12, 3, 2, 2, 3, new Tile(16, 16, 4, 2, 2)),
        strips(Shape.of(3, 3, 8), 3, 3, true, 16, 5, 4, 6, 3, new Tile(28, 16, 8, 7, 2)),
        strips(Shape.of(5, 7, 8), 3, 3, true, 72, 3, 2, 5, 5, new Tile(48, 64, 8, 4, 4)),
        strips(Shape.of(6, 6, 16), 3, 3, true, 64, 3, 2, 6, 6, new Tile(64, 64, 8, 4, 4, 1)));
  }

  @ParameterizedTest
  @MethodSource("pooled")
  void endsWithAChain(Strips strips) {
    ConvolutionCase at = strips.at();
    double[] x = at.samples(at.inputElements(), 31);
    x[at.channels() * 9] = Double.NaN;
    double[] w = ConvolutionCase.integers(at.taps() * at.filters(), 32);
    double[] bias = ConvolutionCase.integers(at.filters(), 33);
    double[] expected = at.output(x, w);
    for (double slope : new double[] {0, 0.5}) {
      double[] pooled = pooled(at, expected, bias, slope);
      long y = fences.fenced(pooled.length);
      String more =
          String.format(
              Locale.ROOT,
              " -DSTRIP=%d -DDEPTH=%d -DSTATISTICS=0 -DPOOL=1 -DSLOPE=%.1ff",
              strips.forward(),
              strips.depth(),
              slope);
      forward(strips, kernel(at, more), x, w, bias, y, fences.fenced(1));
      fences.assertSamples(at, pooled, y);
    }
  }

  private static double[] pooled(ConvolutionCase at, double[] y, double[] bias, double slope) {
    int height = at.window().outH();
    int width = at.window().outW();
    int filters = at.filters();
    double[] made = new double[at.batch() * ((height + 1) / 2) * ((width + 1) / 2) * filters];
    Arrays.fill(made, Double.NEGATIVE_INFINITY);
    for (int e = 0; e < y.length; e++) {
      int f = e % filters;
      int column = e / filters % width;
      int row = e / filters / width % height;
      int n = e / filters / width / height;
      int line = n * ((height + 1) / 2) + row / 2;
      int to = (line * ((width + 1) / 2) + column / 2) * filters + f;
      double z = y[e] + bias[f];
      made[to] = Math.max(made[to], z > 0 ? z : slope * z);
    }
    return made;
  }

  private long kernel(ConvolutionCase at, String more) {
    String family = "conv2d_strip";
    return bench.kernel(KernelSources.of(family), " -Werror" + at.defines() + more, family);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheGradientOfTheInputAndWhatItsChainNeeds(Strips strips) {
    Options options = new Options(true, false, strips.forward() % 2 == 0, true, true, 1);
    BackwardCase backward = new BackwardCase(strips.at(), options, strips.data());
    backward.runStrips(bench);
    backward.checkData(bench);
  }

  /** Strips that an image does not divide into, parts of several, and parts without any. */
  @ParameterizedTest
  @CsvSource({
    // height, width, channels, kernel, same, filters, strip, parts, units, depth
    "7, 7, 16, 3, 3, true, 20, 3, 4, 1, 2",
    "5, 9, 32, 3, 2, false, 68, 2, 5, 2, 1",
    "4, 5, 32, 2, 3, true, 36, 4, 2, 1, 3",
    "7, 7, 32, 3, 3, true, 32, 2, 1, 2, 2"
  })
  void computesTheGradientOfTheKernel(
      int height,
      int width,
      int channels,
      int kernelH,
      int kernelW,
      boolean same,
      int filters,
      int strip,
      int parts,
      int units,
      int depth) {
    int some = channels % 32 == 0 ? 32 : 16;
    int columns = filters > 32 ? 64 : 32;
    Shape in = Shape.of(height, width, channels);
    for (int tf32 = 0; tf32 < 2; tf32++) {
      Tile tile = new Tile(kernelH * kernelW * some, columns, 8, tf32 == 0 ? 4 : some / 8, 8, tf32);
      ConvolutionCase at = strips(in, kernelH, kernelW, same, filters, 3, 2, 1, 1, tile).at();
      double[] x = at.samples(at.inputElements(), 21);
      double[] dy = at.samples(at.outputElements(), 22);
      long made = fences.fenced(parts * at.taps() * filters);
      String family = "conv2d_strip_filter";
      String all =
          String.format(
              Locale.ROOT,
              " -Werror%s%s -DSTRIP=%d -DPARTS=%d -DTILE_C=%d -DUNITS=%d -DDEPTH=%d",
              at.shape(),
              tile.defines().replace(" -DTILE_K=8", ""),
              strip,
              parts,
              some,
              units,
              depth);
      long kernel = bench.kernel(KernelSources.of(family), all, family);
      bench.cl().setBuffer(kernel, 0, fences.steps(at.size()));
      bench.cl().setInt(kernel, 1, FencedBuffers.STEP);
      bench.cl().setBuffer(kernel, 2, bench.buffer(x));
      bench.cl().setBuffer(kernel, 3, bench.buffer(dy));
      bench.cl().setBuffer(kernel, 4, made);
      long tiles = channels / some * ((filters + columns - 1L) / columns);
      WorkSize groups =
          new WorkSize(parts * tiles, 1, columns / tile.itemN(), tile.m() / tile.itemM());
      bench.cl().launch(bench.queue(), kernel, groups);
      fences.assertExactly(filterParts(at, x, dy, strip, parts), made);
    }
  }

  private static double[] filterParts(
      ConvolutionCase at, double[] x, double[] dy, int strip, int parts) {
    int outH = at.window().outH();
    int strips = (outH + strip - 1) / strip;
    int part = (at.batch() * strips + parts - 1) / parts;
    int elements = at.taps() * at.filters();
    double[] expected = new double[parts * elements];
    for (int p = 0; p < parts; p++) {
      int[] ends = new int[2];
      for (int end = 0; end < 2; end++) {
        int number = Math.min((p + end) * part, at.batch() * strips);
        ends[end] =
            number / strips * at.outputPixels() + number % strips * strip * at.window().outW();
      }
      double[] own = at.filterGradient(x, dy, ends[0], ends[1]);
      System.arraycopy(own, 0, expected, p * elements, elements);
    }
    return expected;
  }

  @Test
  void refusesWhatDoesNotFit() {
    Tile deep = new Tile(64, 16, 16, 4, 4);
    Strips channels = strips(Shape.of(5, 5, 8), 3, 3, true, 16, 5, 4, 9, 9, deep);
    for (Strips each : List.of(channels, cases().get(1))) {
      ClException e = assertThrows(ClException.class, () -> kernel(each.at(), " -DSTRIP=10"));
      assertTrue(e.getMessage().contains("do not fit the tile"), e.getMessage());
    }
  }
}
