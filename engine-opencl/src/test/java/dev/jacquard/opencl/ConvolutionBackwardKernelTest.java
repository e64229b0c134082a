package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.graph.Window;
import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.BackwardCase.Options;
import dev.jacquard.opencl.ConvolutionCase.Tile;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The convolution's kernels one by one, forward without bias and backward. Small integers make
 * every sum exact, whatever its order; the accuracy of long sums has a test of its own. What a step
 * must not read holds NaN, and what it must not write is found as it was.
 */
final class ConvolutionBackwardKernelTest {
  private static final Tile DEFAULT = new Tile(64, 32, 16, 4, 4);
  private static final Tile SMALL = new Tile(16, 16, 8, 2, 2);
  private static final Tile UNEVEN = new Tile(32, 16, 8, 8, 1);

  private static final Tile SINGLE = new Tile(16, 16, 16, 1, 1);

  /** Whose items do not divide what they load one by one. */
  private static final Tile LARGE = new Tile(48, 64, 8, 8, 8);

  /** Those that graphics processors get without tuning. */
  private static final Tile TALL = new Tile(128, 32, 32, 8, 4);

  private static final Tile SQUARE = new Tile(64, 64, 32, 4, 8);
  private static final Tile BIG = new Tile(128, 64, 16, 8, 8);

  /** Those of tensor cores, whose instructions are emulated. */
  private static final Tile CORES = new Tile(64, 32, 16, 4, 4, 1);

  private static final Tile CORES_WIDE = new Tile(32, 64, 8, 2, 8, 1);
  private static final Tile CORES_DEEP = new Tile(128, 64, 32, 8, 8, 1);

  private Workbench bench;
  private FencedBuffers fences;

  static List<ConvolutionCase> cases() {
    return List.of(
        conv(Shape.of(7, 9, 3), 3, 3, 1, 1, true, 5, 3, 3, SMALL),
        conv(Shape.of(9, 9, 1), 3, 3, 1, 1, true, 32, 7, 4, DEFAULT),
        conv(Shape.of(11, 7, 5), 3, 3, 2, 2, true, 17, 4, 3, UNEVEN),
        conv(Shape.of(13, 12, 2), 5, 4, 3, 2, false, 31, 2, 2, SMALL),
        // Strides beyond the window: there are input elements that no output reads.
        conv(Shape.of(8, 11, 3), 1, 2, 2, 3, false, 7, 3, 2, UNEVEN),
        conv(Shape.of(5, 3, 33), 2, 2, 1, 1, true, 31, 3, 1, SINGLE),
        conv(Shape.of(4, 4, 64), 3, 3, 1, 1, true, 64, 2, 2, LARGE),
        conv(Shape.of(1, 1, 1), 1, 1, 1, 1, true, 1, 1, 1, SINGLE),
        ConvolutionCase.dense(1152, 128, 5, 4, DEFAULT),
        ConvolutionCase.dense(128, 10, 33, 31, LARGE),
        ConvolutionCase.dense(13, 10, 64, 64, UNEVEN),
        conv(Shape.of(5, 7, 8), 3, 3, 1, 1, true, 36, 4, 3, TALL),
        conv(Shape.of(4, 6, 20), 3, 3, 1, 1, true, 68, 3, 2, SQUARE),
        conv(Shape.of(7, 7, 5), 3, 3, 1, 1, true, 65, 3, 3, BIG),
        conv(Shape.of(5, 7, 8), 3, 3, 1, 1, true, 36, 4, 3, CORES),
        conv(Shape.of(11, 7, 5), 3, 3, 2, 2, true, 17, 4, 3, CORES_WIDE),
        conv(Shape.of(7, 7, 12), 3, 3, 1, 1, true, 68, 3, 3, CORES_DEEP));
  }

  private static ConvolutionCase conv(
      Shape in,
      int kernelH,
      int kernelW,
      int strideH,
      int strideW,
      boolean same,
      int filters,
      int batch,
      int size,
      Tile tile) {
    Window window = Window.over(in, kernelH, kernelW, strideH, strideW, same);
    return new ConvolutionCase(in, window, filters, batch, size, tile);
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

  /** A layer without bias gives a bias of zeros; what is switched off gets any buffer. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5, 6, 9, 11, 12, 13, 14, 15, 16})
  void computesTheOutputWithoutBias(int number) {
    ConvolutionCase at = cases().get(number);
    double[] x = at.samples(at.inputElements(), 1);
    assertOutput(at, x, bench.buffer(x), bench.buffer(new byte[4]), "");
  }

  /** Tiles that are full, cut off, and without a row; small integers leave the mean's rounding. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 11, 12, 13, 14, 15, 16})
  void leavesTheMomentsOfItsOutput(int number) {
    ConvolutionCase at = cases().get(number);
    double[] x = at.samples(at.inputElements(), 11);
    double[] w = ConvolutionCase.integers(at.taps() * at.filters(), 12);
    double[] bias = ConvolutionCase.integers(at.filters(), 13);
    int rows = at.batch() * at.outputPixels();
    int tiles = (rows + at.tile().m() - 1) / at.tile().m();
    long y = fences.fenced(at.outputElements());
    long partials = fences.fenced(2 * tiles * at.filters());
    String family = "conv2d_forward";
    long kernel = bench.kernel(KernelSources.of(family), " -Werror" + at.defines(), family);
    bench.cl().setBuffer(kernel, 0, bench.buffer(x));
    bench.cl().setBuffer(kernel, 1, bench.buffer(new byte[4]));
    bench.cl().setBuffer(kernel, 2, fences.steps(at.size()));
    bench.cl().setInt(kernel, 3, FencedBuffers.STEP);
    bench.cl().setBuffer(kernel, 4, bench.buffer(w));
    bench.cl().setBuffer(kernel, 5, bench.buffer(bias));
    bench.cl().setBuffer(kernel, 6, y);
    bench.cl().setBuffer(kernel, 7, partials);
    bench.cl().launch(bench.queue(), kernel, at.tile().groups(rows, at.filters(), 1));
    double[] expected = at.output(x, w);
    for (int e = 0; e < expected.length; e++) {
      expected[e] += bias[e % at.filters()];
    }
    fences.assertSamples(at, expected, y);
    fences.assertMoments(at, expected, at.tile().m(), tiles, partials);
  }

  private void assertOutput(
      ConvolutionCase at, double[] x, long stored, long indices, String more) {
    double[] w = ConvolutionCase.integers(at.taps() * at.filters(), 2);
    long zeros = bench.buffer(new double[at.filters()]);
    long y = fences.fenced(at.outputElements());
    String source = KernelSources.of("conv2d_forward");
    String defines = " -Werror -DSTATISTICS=0" + at.defines() + more;
    long kernel = bench.kernel(source, defines, "conv2d_forward");
    bench.cl().setBuffer(kernel, 0, stored);
    bench.cl().setBuffer(kernel, 1, indices);
    bench.cl().setBuffer(kernel, 2, fences.steps(at.size()));
    bench.cl().setInt(kernel, 3, FencedBuffers.STEP);
    bench.cl().setBuffer(kernel, 4, bench.buffer(w));
    bench.cl().setBuffer(kernel, 5, zeros);
    bench.cl().setBuffer(kernel, 6, y);
    bench.cl().setBuffer(kernel, 7, zeros);
    int rows = at.batch() * at.outputPixels();
    bench.cl().launch(bench.queue(), kernel, at.tile().groups(rows, at.filters(), 1));
    fences.assertSamples(at, at.output(x, w), y);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesBothGradients(ConvolutionCase at) {
    assertGradients(new BackwardCase(at, new Options(true, true, false, false, false, 8)));
  }

  /** Among them one of which no output reads some elements. */
  @ParameterizedTest
  @ValueSource(ints = {4, 6, 10, 11, 12, 13, 14, 15, 16})
  void addsToTheGradientOfTheInputAndSumsWhatItsChainNeeds(int number) {
    Options options = new Options(true, number != 10, number != 6, true, true, 3);
    assertGradients(new BackwardCase(cases().get(number), options));
  }

  @Test
  void sumsWithoutCodes() {
    Options options = new Options(true, true, false, true, false, 1);
    assertGradients(new BackwardCase(cases().get(0), options));
  }

  /** The chain put out pixels, of which the dense layer sees the channels side by side. */
  @ParameterizedTest
  @ValueSource(ints = {32, 64, 192})
  void sumsWhatAChainNeedsThatWasFlattened(int channels) {
    ConvolutionCase at = ConvolutionCase.dense(192, 10, 70, 66, DEFAULT);
    Options options = new Options(true, true, false, true, true, 2);
    assertGradients(BackwardCase.flattened(at, options, channels));
  }

  @Test
  void passesOnNotANumberToWhatItsOutputRead() {
    ConvolutionCase at = cases().get(2);
    BackwardCase data = new BackwardCase(at, new Options(true, false, false, false, false, 1));
    data.dy[at.filters() * (at.outputPixels() + 5) + 2] = Double.NaN;
    assertGradients(data);
  }

  @Test
  void passesOnNotANumberToTheTapsThatReadIt() {
    ConvolutionCase at = cases().get(2);
    BackwardCase filter = new BackwardCase(at, new Options(false, true, false, false, false, 3));
    filter.x[at.in().elements() + 2] = Double.NaN;
    assertGradients(filter);
  }

  private void assertGradients(BackwardCase backward) {
    backward.run(bench);
    backward.check(bench);
  }

  /** One byte at a time, and four at once. */
  @ParameterizedTest
  @ValueSource(ints = {1, 6})
  void gathersBytes(int number) {
    ConvolutionCase at = cases().get(number);
    BackwardCase backward =
        new BackwardCase(at, new Options(number == 6, true, false, false, false, 2));
    int elements = at.in().elements();
    int samples = at.batch() + 3;
    double[] numbers = ConvolutionCase.integers(samples * elements, 10);
    byte[] content = new byte[numbers.length];
    for (int e = 0; e < content.length; e++) {
      content[e] = (byte) (numbers[e] + 3);
    }
    int[] order = new int[at.size()];
    for (int n = 0; n < order.length; n++) {
      order[n] = (5 * n + 2) % samples;
      System.arraycopy(numbers, order[n] * elements, backward.x, n * elements, elements);
    }
    long stored = bench.buffer(content);
    long indices = fences.indices(at.batch(), order);
    String gather = " -DSTORED=uchar -DGATHER=1 -DSCALE=1.0f -DOFFSET=-3.0f";
    backward.run(bench, stored, indices, gather);
    backward.check(bench);
    assertOutput(at, backward.x, stored, indices, gather);
  }

  /** A part is one chain of up to 512 positive products. */
  @Test
  void keepsTheRoundingOfLongSumsSmall() {
    ConvolutionCase at = conv(Shape.of(28, 28, 1), 3, 3, 1, 1, true, 3, 16, 16, SMALL);
    BackwardCase filter = new BackwardCase(at, new Options(false, true, false, false, false, 28));
    SplittableRandom random = new SplittableRandom(14);
    for (double[] factor : List.of(filter.x, filter.dy)) {
      for (int e = 0; e < factor.length; e++) {
        factor[e] = (float) random.nextDouble(0.5, 1.5);
      }
    }
    filter.run(bench);
    filter.checkFilter(bench, 32);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertRefused(" -DTILE_M=62", "gemm_tile: the items do not divide the tile");
    assertRefused(" -DDATA=0 -DSUMS=1", "nothing to sum");
    assertRefused(" -DSUMS=1 -DSUM_CHANNELS=48", "within a pixel's channels");
  }

  private void assertRefused(String defines, String reason) {
    String family = "conv2d_backward";
    String source = KernelSources.of(family);
    ClException e = assertThrows(ClException.class, () -> bench.kernel(source, defines, family));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
