package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.graph.Window;
import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.ConvolutionCase.Tile;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;
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
 * every sum exact, whatever its order; the accuracy of long sums has tests of its own. What a step
 * must not read holds NaN, and what it must not write is found as it was.
 */
final class ConvolutionBackwardKernelTest {
  private static final int FENCE = 40;
  private static final int GROUP = 64;

  /** The number of the step that runs; the one before has another size. */
  private static final int STEP = 1;

  private static final Tile DEFAULT = new Tile(64, 32, 16, 4, 4);
  private static final Tile SMALL = new Tile(16, 16, 8, 2, 2);
  private static final Tile UNEVEN = new Tile(32, 16, 8, 8, 1);

  private Workbench bench;

  static List<ConvolutionCase> cases() {
    return List.of(
        conv(Shape.of(7, 9, 3), 3, 3, 1, 1, true, 5, 3, 3, SMALL),
        conv(Shape.of(9, 9, 1), 3, 3, 1, 1, true, 32, 7, 4, DEFAULT),
        conv(Shape.of(11, 7, 5), 3, 3, 2, 2, true, 17, 4, 3, UNEVEN),
        conv(Shape.of(13, 12, 2), 5, 4, 3, 2, false, 31, 2, 2, SMALL),
        // Strides beyond the window: there are input elements that no output reads.
        conv(Shape.of(8, 11, 3), 1, 2, 2, 3, false, 7, 3, 2, UNEVEN),
        conv(Shape.of(5, 3, 33), 2, 2, 1, 1, true, 31, 3, 1, DEFAULT),
        conv(Shape.of(4, 4, 64), 3, 3, 1, 1, true, 65, 2, 2, DEFAULT),
        conv(Shape.of(1, 1, 1), 1, 1, 1, 1, true, 1, 1, 1, UNEVEN),
        ConvolutionCase.dense(1152, 128, 5, 4, DEFAULT),
        ConvolutionCase.dense(128, 10, 33, 31, SMALL),
        ConvolutionCase.dense(13, 10, 64, 64, UNEVEN));
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
  }

  @AfterEach
  void close() {
    if (bench != null) {
      bench.close();
    }
  }

  /** A layer without bias gives a bias of zeros; what is switched off gets any buffer. */
  @ParameterizedTest
  @MethodSource("cases")
  void computesTheOutputWithoutBias(ConvolutionCase at) {
    double[] x = at.samples(at.inputElements(), 1);
    double[] w = ConvolutionCase.integers(at.taps() * at.filters(), 2);
    long zeros = bench.buffer(new double[at.filters()]);
    long y = fenced(at.outputElements());
    long kernel = kernel("conv2d_forward", at.defines() + " -DSTATISTICS=0");
    arguments(kernel, 0, bench.buffer(x), zeros, steps(at.size()));
    bench.cl().setInt(kernel, 3, STEP);
    arguments(kernel, 4, bench.buffer(w), zeros, y, zeros);
    int rows = at.batch() * at.outputPixels();
    bench.cl().launch(bench.queue(), kernel, at.tile().groups(rows, at.filters(), 1));
    assertSamples(at, at.output(x, w), y);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheGradientOfTheInput(ConvolutionCase at) {
    double[] dy = at.samples(at.outputElements(), 3);
    double[] w = ConvolutionCase.integers(at.taps() * at.filters(), 4);
    long dx = fenced(at.inputElements());
    backwardData(at, "", dy, w, dx);
    assertSamples(at, at.inputGradient(dy, w), dx);
  }

  /** Among them one of which no output reads some elements. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 9})
  void addsToTheGradientOfTheInput(int number) {
    ConvolutionCase at = cases().get(number);
    double[] dy = at.samples(at.outputElements(), 5);
    double[] w = ConvolutionCase.integers(at.taps() * at.filters(), 6);
    double[] before = at.samples(at.inputElements(), 7);
    double[] fenced = Arrays.copyOf(before, before.length + FENCE);
    Arrays.fill(fenced, before.length, fenced.length, Double.NaN);
    long dx = bench.buffer(fenced);
    backwardData(at, " -DACCUMULATE=1", dy, w, dx);
    double[] expected = at.inputGradient(dy, w);
    for (int e = 0; e < expected.length; e++) {
      expected[e] += before[e];
    }
    assertSamples(at, expected, dx);
  }

  @Test
  void passesOnNotANumberToWhatItsOutputRead() {
    ConvolutionCase at = cases().get(2);
    double[] dy = at.samples(at.outputElements(), 8);
    double[] w = ConvolutionCase.integers(at.taps() * at.filters(), 9);
    dy[at.filters() * (at.outputPixels() + 5) + 2] = Double.NaN;
    long dx = fenced(at.inputElements());
    backwardData(at, "", dy, w, dx);
    assertSamples(at, at.inputGradient(dy, w), dx);
  }

  private void backwardData(ConvolutionCase at, String more, double[] dy, double[] w, long dx) {
    long kernel = kernel("conv2d_backward_data", at.defines() + more);
    bench.cl().setBuffer(kernel, 0, steps(at.size()));
    bench.cl().setInt(kernel, 1, STEP);
    arguments(kernel, 2, bench.buffer(dy), bench.buffer(w), dx);
    int rows = at.batch() * at.inputPixels();
    bench.cl().launch(bench.queue(), kernel, at.tile().groups(rows, at.channels(), 1));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheGradientOfTheKernelInParts(ConvolutionCase at) {
    double[] x = at.samples(at.inputElements(), 10);
    double[] dy = at.samples(at.outputElements(), 11);
    assertFilterGradient(at, 8, x, dy);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void computesTheGradientOfTheKernelInSoManyParts(int splits) {
    ConvolutionCase at = cases().get(4);
    double[] x = at.samples(at.inputElements(), 18);
    assertFilterGradient(at, splits, x, at.samples(at.outputElements(), 19));
  }

  @Test
  void passesOnNotANumberToTheTapsThatReadIt() {
    ConvolutionCase at = cases().get(2);
    double[] x = at.samples(at.inputElements(), 12);
    x[at.in().elements() + 2] = Double.NaN;
    assertFilterGradient(at, 3, x, at.samples(at.outputElements(), 13));
  }

  /** Each part holds the rows that are its own in a full batch, and all parts give the gradient. */
  private void assertFilterGradient(ConvolutionCase at, int splits, double[] x, double[] dy) {
    int elements = at.taps() * at.filters();
    long partials = fenced(splits * elements);
    backwardFilter(at, splits, x, dy, partials);
    int rows = at.batch() * at.outputPixels();
    int part = (rows + splits - 1) / splits;
    double[] expected = new double[splits * elements];
    for (int p = 0; p < splits; p++) {
      double[] own = at.filterGradient(x, dy, p * part, (p + 1) * part);
      System.arraycopy(own, 0, expected, p * elements, elements);
    }
    assertExactly(expected, expected.length, partials);
    long dw = fenced(elements);
    addParts(at, splits, partials, dw);
    assertExactly(at.filterGradient(x, dy, 0, rows), elements, dw);
  }

  private void backwardFilter(
      ConvolutionCase at, int splits, double[] x, double[] dy, long partials) {
    long kernel = kernel("conv2d_backward_filter", at.defines() + " -DSPLITS=" + splits);
    bench.cl().setBuffer(kernel, 0, steps(at.size()));
    bench.cl().setInt(kernel, 1, STEP);
    arguments(kernel, 2, bench.buffer(x), bench.buffer(dy), partials);
    WorkSize groups = at.tile().groups(at.taps(), at.filters(), splits);
    bench.cl().launch(bench.queue(), kernel, groups);
  }

  private void addParts(ConvolutionCase at, int splits, long partials, long dw) {
    String source = KernelSources.of("conv2d_backward_filter");
    String defines = at.defines() + " -DSPLITS=" + splits;
    long kernel = bench.kernel(source, defines, "conv2d_backward_filter_sum");
    arguments(kernel, 0, partials, dw);
    bench.cl().launch(bench.queue(), kernel, WorkSize.of(3, GROUP));
  }

  /** Sums of 12,544 positive products: one chain would be off by far more than this allows. */
  @Test
  void keepsTheRoundingOfLongSumsSmall() {
    ConvolutionCase at = conv(Shape.of(28, 28, 1), 3, 3, 1, 1, true, 3, 16, 16, SMALL);
    double[] x = positive(at.inputElements(), 14);
    double[] dy = positive(at.outputElements(), 15);
    long partials = fenced(at.taps() * at.filters());
    backwardFilter(at, 1, x, dy, partials);
    int rows = at.batch() * at.outputPixels();
    assertWithin(16, at.filterGradient(x, dy, 0, rows), partials);

    long sums = fenced(at.filters());
    sumChannels(at.batch(), at.outputPixels(), at.filters(), at.size(), dy, sums, 3);
    assertWithin(4, columnSums(dy, dy.length, at.filters()), sums);
  }

  private static double[] positive(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.doubles(count, 0.5, 1.5).map(value -> (float) value).toArray();
  }

  /** At most {@code units} half units in the last place, relative to the sum of magnitudes. */
  private void assertWithin(int units, double[] expected, long buffer) {
    float[] actual = bench.readFloats(buffer, 0, expected.length);
    for (int e = 0; e < expected.length; e++) {
      assertEquals(expected[e], actual[e], units * 0x1p-24 * expected[e], "element " + e);
    }
  }

  /** Rows that fill no tile, one tile, and more tiles than a group has items. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 65, 4200})
  void sumsChannels(int pixels) {
    int batch = 3;
    for (int channels : new int[] {1, 33}) {
      for (int size = 1; size <= batch; size++) {
        double[] x = ConvolutionCase.integers(batch * pixels * channels, pixels + size);
        int read = size * pixels * channels;
        Arrays.fill(x, read, x.length, Double.NaN);
        long sums = fenced(channels);
        sumChannels(batch, pixels, channels, size, x, sums, size);
        assertExactly(columnSums(x, read, channels), channels, sums);
      }
    }
  }

  @Test
  void sumsChannelsToTheSameBitsWithAnyNumberOfGroups() {
    double[] x = positive(2 * 300 * 5, 16);
    long one = fenced(5);
    long many = fenced(5);
    sumChannels(2, 300, 5, 2, x, one, 1);
    sumChannels(2, 300, 5, 2, x, many, 9);
    assertArrayEquals(bench.readFloats(one, 0, 5), bench.readFloats(many, 0, 5));
  }

  @Test
  void sumsNotANumberInItsChannelOnly() {
    double[] x = ConvolutionCase.integers(70 * 3, 17);
    x[66 * 3 + 1] = Double.NaN;
    long sums = fenced(3);
    sumChannels(10, 7, 3, 10, x, sums, 2);
    assertExactly(columnSums(x, x.length, 3), 3, sums);
  }

  private void sumChannels(
      int batch, int pixels, int channels, int size, double[] x, long sums, int groups) {
    String source = KernelSources.of("channel_sums");
    String defines = " -DBATCH=" + batch + " -DPIXELS=" + pixels + " -DCHANNELS=" + channels;
    int tiles = (batch * pixels + 63) / 64;
    long partials = fenced(tiles * channels);
    long kernel = bench.kernel(source, defines, "channel_sums");
    bench.cl().setBuffer(kernel, 0, steps(size));
    bench.cl().setInt(kernel, 1, STEP);
    arguments(kernel, 2, bench.buffer(x), partials);
    bench.cl().launch(bench.queue(), kernel, WorkSize.of(groups, GROUP));
    long merge = bench.kernel(source, defines, "channel_sums_merge");
    arguments(merge, 0, partials, sums);
    bench.cl().launch(bench.queue(), merge, WorkSize.of(groups, GROUP));
    assertFence(partials, tiles * channels);
  }

  private static double[] columnSums(double[] x, int elements, int columns) {
    double[] sums = new double[columns];
    for (int e = 0; e < elements; e++) {
      sums[e % columns] += x[e];
    }
    return sums;
  }

  @Test
  void refusesTilesThatDoNotFit() {
    for (String family : List.of("conv2d_backward_data", "conv2d_backward_filter")) {
      assertRefused(family, " -DTILE_M=62", family + ": the items do not divide the tile");
    }
    assertRefused("conv2d_backward_filter", " -DCHUNK=24", "TILE_K does not divide CHUNK");
    assertRefused("channel_sums", " -DGROUP=48", "GROUP must be a power of two");
  }

  private void assertRefused(String family, String defines, String reason) {
    ClException e = assertThrows(ClException.class, () -> kernel(family, defines));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  private long kernel(String family, String defines) {
    return bench.kernel(KernelSources.of(family), defines, family);
  }

  private void arguments(long kernel, int first, long... buffers) {
    for (int i = 0; i < buffers.length; i++) {
      bench.cl().setBuffer(kernel, first + i, buffers[i]);
    }
  }

  /** Two steps, of which {@link #STEP} has this size. */
  private long steps(int size) {
    ByteBuffer steps = Workbench.bytes(2 * 4 * Integer.BYTES);
    steps.putInt(STEP * 4 * Integer.BYTES, size);
    byte[] content = new byte[steps.capacity()];
    steps.get(content);
    return bench.buffer(content);
  }

  /** A buffer of NaN, longer than the kernel may write. */
  private long fenced(int elements) {
    return bench.buffer((elements + FENCE) * Float.BYTES);
  }

  /** The step's samples exactly; beyond them the buffer is untouched. */
  private void assertSamples(ConvolutionCase at, double[] expected, long buffer) {
    int written = expected.length / at.batch() * at.size();
    assertExactly(expected, written, buffer);
    assertFence(buffer, written, expected.length + FENCE);
  }

  private void assertExactly(double[] expected, int count, long buffer) {
    float[] actual = bench.readFloats(buffer, 0, count);
    for (int e = 0; e < count; e++) {
      // Zeros of either sign are equal.
      assertEquals((float) expected[e] + 0.0f, actual[e] + 0.0f, "element " + e);
    }
    assertFence(buffer, count);
  }

  private void assertFence(long buffer, int written) {
    assertFence(buffer, written, written + FENCE);
  }

  private void assertFence(long buffer, int from, int to) {
    for (float value : bench.readFloats(buffer, from, to - from)) {
      assertTrue(Float.isNaN(value), () -> "wrote beyond element " + from);
    }
  }
}
