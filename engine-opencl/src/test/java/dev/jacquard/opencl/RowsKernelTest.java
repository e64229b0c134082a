package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.graph.Window;
import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The convolution's kernels for processors, in steps of every size. All sums are exact, whatever
 * their order, but for the moments. What a step must not read holds NaN, and what it must not write
 * is found as it was.
 */
final class RowsKernelTest {
  private static final String FORWARD = "conv2d_forward_rows";
  private static final String BACKWARD = "conv2d_backward_rows";

  private Workbench bench;
  private FencedBuffers fences;

  static List<RowsCase> forwards() {
    return List.of(
        conv(Shape.of(6, 10, 5), 3, 3, 1, 1, true, 64, 3, 16, "bias moments").strips(7, 2, 2, 2),
        conv(Shape.of(11, 13, 2), 4, 2, 2, 2, false, 24, 4, 8, "moments bytes").strips(5, 3, 1, 2),
        conv(Shape.of(4, 9, 3), 1, 5, 2, 2, true, 6, 3, 2, "bias floats").strips(8, 1, 3, 1),
        // A window that is higher than its input.
        conv(Shape.of(3, 5, 1), 7, 1, 1, 1, true, 4, 3, 1, "moments").strips(1, 4, 1, 3),
        conv(Shape.of(5, 8, 4), 2, 2, 1, 1, true, 4, 2, 4, "bias moments bytes").strips(8, 1, 1, 5),
        // Three images, the last one of which has two of its four samples.
        RowsCase.dense(13, 32, 10, 4, 8, "bias moments").strips(3, 4, 1, 1),
        RowsCase.dense(9, 33, 2, 1, 1, "").strips(1, 11, 3, 1));
  }

  static List<RowsCase> backwards() {
    return List.of(
        conv(Shape.of(6, 9, 32), 3, 3, 1, 1, true, 16, 5, 16, "codes")
            .strips(7, 2, 1, 3)
            .taps(8, 1, 2, 2, 3),
        // More parts than samples, a slab for each tile, tiles that overlap the end of a run.
        conv(Shape.of(5, 7, 16), 2, 4, 1, 1, false, 24, 4, 8, "accumulate")
            .strips(5, 1, 2, 5)
            .taps(7, 3, 4, 7, 20),
        conv(Shape.of(4, 6, 6), 1, 5, 1, 1, true, 5, 3, 2, "plain").strips(8, 3, 1, 1),
        conv(Shape.of(2, 3, 1), 5, 1, 1, 1, true, 2, 3, 1, "accumulate").strips(1, 1, 1, 2),
        conv(Shape.of(9, 8, 3), 3, 3, 2, 2, true, 5, 4, 1, "bytes").taps(5, 1, 1, 3, 1),
        conv(Shape.of(4, 5, 2), 7, 1, 3, 1, true, 8, 3, 2, "floats").taps(1, 4, 2, 1, 7),
        RowsCase.dense(24, 16, 10, 4, 8, "codes direct").strips(3, 3, 1, 1).taps(6, 2, 1, 1, 4),
        RowsCase.dense(7, 4, 10, 3, 4, "").taps(4, 1, 1, 2, 1));
  }

  private static RowsCase conv(
      Shape in,
      int kernelH,
      int kernelW,
      int strideH,
      int strideW,
      boolean same,
      int filters,
      int batch,
      int width,
      String options) {
    Window window = Window.over(in, kernelH, kernelW, strideH, strideW, same);
    return RowsCase.conv(in, window, filters, batch, width, options);
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
  @MethodSource("forwards")
  void computesTheOutputAndItsMoments(RowsCase at) {
    long kernel = kernel(FORWARD, at.forwardDefines());
    for (int size = 1; size <= at.layer().batch(); size++) {
      forward(kernel, at.size(size));
    }
  }

  private void forward(long kernel, RowsCase at) {
    RowsData data = new RowsData(at);
    double[] moments = at.has("moments") ? data.moments() : new double[0];
    double[] bias = at.has("bias") ? data.bias : new double[] {Double.NaN};
    long y = fences.fenced(at.layer().outputElements());
    long partials = fences.fenced(moments.length);
    arguments(kernel, 0, stored(at, data), indices(data), fences.steps(at.layer().size()));
    bench.cl().setInt(kernel, 3, FencedBuffers.STEP);
    arguments(kernel, 4, bench.buffer(data.w), bench.buffer(bias), y, partials);
    int strips = at.tiles(at.layer().window().outH());
    launch(kernel, strips * at.strips().shares());
    fences.assertSamples(at.layer(), data.output(), y);
    assertMoments(moments, partials);
  }

  private void assertMoments(double[] expected, long buffer) {
    float[] actual = bench.readFloats(buffer, 0, expected.length);
    for (int e = 0; e < expected.length; e++) {
      double tolerance = 32 * 0x1p-24 * Math.abs(expected[e]) + 0x1p-40;
      assertEquals(expected[e], actual[e], tolerance, "moment " + e);
    }
    // What follows is compared with the fence.
    fences.assertExactly(
        IntStream.range(0, actual.length).mapToDouble(e -> actual[e]).toArray(), buffer);
  }

  @ParameterizedTest
  @MethodSource("backwards")
  void computesGradientsAndSums(RowsCase at) {
    long kernel = kernel(BACKWARD, at.backwardDefines());
    for (int size = 1; size <= at.layer().batch(); size++) {
      RowsCase step = at.size(size);
      backward(kernel, step, new RowsData(step));
    }
  }

  @Test
  void leavesOutOfSumsWhatWasDropped() {
    RowsCase at = backwards().get(0);
    RowsData data = new RowsData(at);
    ConvolutionCase layer = at.layer();
    int pixel = 4 * layer.inputPixels() + 3 * at.inW() + 4;
    data.dy[pixel * layer.filters()] = Double.NaN;
    for (int tap = 0; tap < 9; tap++) {
      int touched = pixel + (tap / 3 - 1) * at.inW() + tap % 3 - 1;
      int first = touched * layer.channels();
      Arrays.fill(data.codes, first, first + layer.channels(), (byte) 8);
    }
    assertTrue(Double.isNaN(data.inputGradient()[pixel * layer.channels()]));
    assertTrue(Arrays.stream(data.sums()).allMatch(Double::isFinite));
    backward(kernel(BACKWARD, at.backwardDefines()), at, data);
  }

  private void backward(long kernel, RowsCase at, RowsData data) {
    ConvolutionCase layer = at.layer();
    boolean filter = at.taps() != null;
    boolean gradient = at.strips() != null;
    double[] sums = at.sums() ? data.sums() : new double[0];
    double[] parts = filter ? data.parts() : new double[0];
    double[] dx = gradient ? data.inputGradient() : new double[0];
    byte[] codes = at.has("codes") ? data.codes : new byte[1];
    long dxBuffer = at.has("accumulate") ? fences.fenced(data.before) : fences.fenced(dx.length);
    long sumsBuffer = fences.fenced(sums.length);
    long partsBuffer = fences.fenced(parts.length);
    arguments(kernel, 0, fences.steps(layer.size()));
    bench.cl().setInt(kernel, 1, FencedBuffers.STEP);
    arguments(kernel, 2, stored(at, data), indices(data), bench.buffer(data.dy));
    arguments(kernel, 5, bench.buffer(data.flipped()), dxBuffer, bench.buffer(codes));
    arguments(kernel, 8, bench.buffer(data.picked), bench.buffer(data.statistics));
    arguments(kernel, 10, sumsBuffer, partsBuffer);
    int strips = gradient ? at.tiles(layer.in().dim(0)) * at.strips().shares() : 0;
    launch(kernel, strips + (filter ? at.taps().parts() * at.taps().slabs() : 0));
    fences.assertSamples(at.layer(), dx, dxBuffer);
    fences.assertExactly(sums, sumsBuffer);
    fences.assertExactly(parts, partsBuffer);
  }

  @Test
  void refusesTilesThatDoNotFit() {
    assertRefused(FORWARD, " -DCOLUMNS=3", "the tile does not divide the output");
    assertRefused(FORWARD, " -DSTRIP=5", "the tile does not divide the output");
    assertRefused(BACKWARD, " -DSHARES=2", "the tile does not divide the input");
    assertRefused(BACKWARD, " -DFILTER_COLUMNS=3", "the tile does not divide the kernel");
    assertRefused(BACKWARD, " -DGATHER=1", "a data set has no gradient");
    assertRefused(BACKWARD, " -DDIRECT=1 -DFILTER_ROWS=7", "the tile does not divide the kernel");
  }

  private void assertRefused(String family, String defines, String reason) {
    ClException e = assertThrows(ClException.class, () -> kernel(family, defines));
    assertTrue(e.getMessage().contains(family + ": " + reason), e.getMessage());
  }

  private long kernel(String family, String defines) {
    return bench.kernel(KernelSources.of(family), " -Werror" + defines, family);
  }

  private void launch(long kernel, int groups) {
    bench.cl().launch(bench.queue(), kernel, WorkSize.of(groups, 1));
  }

  private void arguments(long kernel, int first, long... buffers) {
    for (int i = 0; i < buffers.length; i++) {
      bench.cl().setBuffer(kernel, first + i, buffers[i]);
    }
  }

  private long stored(RowsCase at, RowsData data) {
    if (!at.has("bytes")) {
      return bench.buffer(data.stored);
    }
    byte[] elements = new byte[data.stored.length];
    for (int e = 0; e < elements.length; e++) {
      elements[e] = (byte) (int) data.stored[e];
    }
    return bench.buffer(elements);
  }

  private long indices(RowsData data) {
    return fences.indices(data.indices.length, data.indices);
  }
}
