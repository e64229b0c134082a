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
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The convolution of few input channels. Small integers make every sum exact, whatever its order.
 * What a step must not read holds NaN, and what it must not write is found as it was.
 */
final class FewChannelsKernelTest {
  private static final String FAMILY = "conv2d_few";
  private static final ConvolutionCase.Tile ANY = new ConvolutionCase.Tile(1, 1, 1, 1, 1);

  /** A convolution and how it is cut; with parts for the gradient of its kernel. */
  private record Few(
      ConvolutionCase layer, int strip, int run, int vector, int panel, int lanes, int parts) {
    String defines() {
      return layer.shape()
          + String.format(
              Locale.ROOT,
              " -Werror -DUNROLL=0 -DSTRIP=%d -DRUN=%d -DVECTOR=%d -DPANEL=%d -DLANES=%d -DPARTS=%d",
              strip,
              run,
              vector,
              panel,
              lanes,
              parts);
    }

    /** Groups that compute the output. */
    int runs() {
      return (strips() + run - 1) / run;
    }

    int strips() {
      return layer.batch() * layer.window().outH() / strip;
    }

    int pixels() {
      return strip * layer.window().outW();
    }

    WorkSize over(int groups) {
      return new WorkSize(groups, (layer.filters() + panel - 1) / panel, panel / vector, lanes);
    }
  }

  private Workbench bench;
  private FencedBuffers fences;

  static List<Few> cases() {
    return List.of(
        few(Shape.of(28, 28, 1), 3, 1, true, 32, 3, 2, 14, 1, 4, 32, 32, 5),
        few(Shape.of(9, 7, 1), 3, 1, true, 7, 4, 3, 3, 2, 1, 7, 5, 12),
        few(Shape.of(10, 11, 3), 3, 2, true, 6, 3, 3, 5, 1, 2, 6, 3, 2),
        // More filters than a group takes, and lanes without a pixel.
        few(Shape.of(5, 4, 2), 2, 1, false, 12, 2, 1, 1, 3, 4, 8, 7, 3),
        few(Shape.of(6, 6, 1), 5, 1, false, 4, 1, 1, 2, 1, 4, 4, 64, 1));
  }

  private static Few few(
      Shape in,
      int kernel,
      int stride,
      boolean same,
      int filters,
      int batch,
      int size,
      int strip,
      int run,
      int vector,
      int panel,
      int lanes,
      int parts) {
    Window window = Window.over(in, kernel, kernel, stride, stride, same);
    ConvolutionCase layer = new ConvolutionCase(in, window, filters, batch, size, ANY);
    return new Few(layer, strip, run, vector, panel, lanes, parts);
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
  void computesTheOutput(Few few) {
    double[] x = few.layer().samples(few.layer().inputElements(), 1);
    assertOutput(few, x, bench.buffer(x), bench.buffer(new byte[4]), "");
  }

  private void assertOutput(Few few, double[] x, long stored, long indices, String more) {
    ConvolutionCase at = few.layer();
    double[] w = ConvolutionCase.integers(at.taps() * at.filters(), 2);
    double[] bias = ConvolutionCase.integers(at.filters(), 3);
    long y = fences.fenced(at.outputElements());
    long partials = fences.fenced(2 * few.runs() * at.filters());
    long kernel = bench.kernel(KernelSources.of(FAMILY), few.defines() + more, FAMILY);
    set(kernel, 0, stored, indices, fences.steps(at.size()));
    bench.cl().setInt(kernel, 3, FencedBuffers.STEP);
    set(kernel, 4, bench.buffer(w), bench.buffer(bias), y, partials);
    bench.cl().launch(bench.queue(), kernel, few.over(few.runs()));
    double[] expected = at.output(x, w);
    for (int e = 0; e < expected.length; e++) {
      expected[e] += bias[e % at.filters()];
    }
    fences.assertSamples(at, expected, y);
    fences.assertMoments(at, expected, few.run() * few.pixels(), few.runs(), partials);
  }

  @Test
  void computesWithoutBiasAndWithoutMoments() {
    Few few = cases().get(1);
    ConvolutionCase at = few.layer();
    double[] x = at.samples(at.inputElements(), 4);
    double[] w = ConvolutionCase.integers(at.taps() * at.filters(), 5);
    long y = fences.fenced(at.outputElements());
    long any = fences.fenced(0);
    String defines = few.defines() + " -DBIAS=0 -DSTATISTICS=0";
    long kernel = bench.kernel(KernelSources.of(FAMILY), defines, FAMILY);
    set(kernel, 0, bench.buffer(x), any, fences.steps(at.size()));
    bench.cl().setInt(kernel, 3, FencedBuffers.STEP);
    set(kernel, 4, bench.buffer(w), any, y, any);
    bench.cl().launch(bench.queue(), kernel, few.over(few.runs()));
    fences.assertSamples(at, at.output(x, w), y);
    fences.assertUntouched(any);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheGradientOfItsKernel(Few few) {
    double[] x = few.layer().samples(few.layer().inputElements(), 6);
    double[] dy = few.layer().samples(few.layer().outputElements(), 7);
    long parts = gradient(few, bench.buffer(x), bench.buffer(new byte[4]), dy, "");
    fences.assertExactly(expectedParts(few, x, dy), parts);
  }

  private long gradient(Few few, long stored, long indices, double[] dy, String more) {
    ConvolutionCase at = few.layer();
    long parts = fences.fenced(few.parts() * at.taps() * at.filters());
    String name = FAMILY + "_filter";
    long kernel = bench.kernel(KernelSources.of(FAMILY), few.defines() + more, name);
    set(kernel, 0, fences.steps(at.size()));
    bench.cl().setInt(kernel, 1, FencedBuffers.STEP);
    set(kernel, 2, stored, indices, bench.buffer(dy), parts);
    bench.cl().launch(bench.queue(), kernel, few.over(few.parts()));
    return parts;
  }

  private void set(long kernel, int first, long... buffers) {
    for (int i = 0; i < buffers.length; i++) {
      bench.cl().setBuffer(kernel, first + i, buffers[i]);
    }
  }

  /** Each part holds the strips that are its own in a full batch. */
  private static double[] expectedParts(Few few, double[] x, double[] dy) {
    ConvolutionCase at = few.layer();
    int elements = at.taps() * at.filters();
    int part = (few.strips() + few.parts() - 1) / few.parts() * few.pixels();
    double[] expected = new double[few.parts() * elements];
    for (int p = 0; p < few.parts(); p++) {
      double[] own = at.filterGradient(x, dy, p * part, (p + 1) * part);
      System.arraycopy(own, 0, expected, p * elements, elements);
    }
    return expected;
  }

  @Test
  void gathersBytes() {
    Few few = cases().get(0);
    ConvolutionCase at = few.layer();
    int elements = at.in().elements();
    int samples = at.batch() + 3;
    double[] numbers = ConvolutionCase.integers(samples * elements, 10);
    byte[] content = new byte[numbers.length];
    for (int e = 0; e < content.length; e++) {
      content[e] = (byte) (numbers[e] + 3);
    }
    int[] order = {5, 1};
    double[] x = new double[at.inputElements()];
    for (int n = 0; n < order.length; n++) {
      System.arraycopy(numbers, order[n] * elements, x, n * elements, elements);
    }
    long stored = bench.buffer(content);
    long indices = fences.indices(at.batch(), order);
    String gather = " -DSTORED=uchar -DGATHER=1 -DSCALE=1.0f -DOFFSET=-3.0f";
    assertOutput(few, x, stored, indices, gather);
    double[] dy = at.samples(at.outputElements(), 8);
    fences.assertExactly(expectedParts(few, x, dy), gradient(few, stored, indices, dy, gather));
  }

  /** A mean that is far from 0 costs the deviations from it no digits. */
  @Test
  void keepsTheDigitsOfSmallDeviations() {
    Few few = cases().get(0);
    ConvolutionCase at = few.layer();
    double[] x = new double[at.inputElements()];
    Arrays.fill(x, 1);
    double[] w = new double[at.taps() * at.filters()];
    SplittableRandom random = new SplittableRandom(15);
    Arrays.setAll(w, i -> (float) random.nextDouble(0.5, 1.5));
    // Only the middle tap sees no border: the output is 1000 and a little.
    for (int tap = 0; tap < 9; tap++) {
      for (int f = 0; f < at.filters(); f++) {
        w[tap * at.filters() + f] *= tap == 4 ? 1 : 0x1p-5;
      }
    }
    double[] bias = new double[at.filters()];
    Arrays.fill(bias, 1000);
    long partials = fences.fenced(2 * few.strips() * at.filters());
    long kernel = bench.kernel(KernelSources.of(FAMILY), few.defines(), FAMILY);
    set(kernel, 0, bench.buffer(x), fences.fenced(0), fences.steps(at.size()));
    bench.cl().setInt(kernel, 3, FencedBuffers.STEP);
    long y = fences.fenced(at.outputElements());
    set(kernel, 4, bench.buffer(w), bench.buffer(bias), y, partials);
    bench.cl().launch(bench.queue(), kernel, few.over(few.runs()));
    float[] rounded = bench.readFloats(y, 0, few.pixels() * at.filters());
    float[] moments = bench.readFloats(partials, 0, 2 * at.filters());
    for (int f = 0; f < at.filters(); f++) {
      double mean = 0;
      for (int p = 0; p < few.pixels(); p++) {
        mean += (double) rounded[p * at.filters() + f] / few.pixels();
      }
      double squares = 0;
      for (int p = 0; p < few.pixels(); p++) {
        squares += Math.pow(rounded[p * at.filters() + f] - mean, 2);
      }
      assertEquals(mean, moments[2 * f], 1e-6 * mean);
      // The mean's own rounding counts once a pixel.
      double slack = few.pixels() * Math.pow(2e-7 * mean, 2);
      assertEquals(squares, moments[2 * f + 1], 1e-3 * squares + slack, "filter " + f);
    }
  }

  @Test
  void refusesStripsThatDoNotDivideTheOutput() {
    String source = KernelSources.of(FAMILY);
    ClException e =
        assertThrows(ClException.class, () -> bench.kernel(source, " -DSTRIP=5", FAMILY));
    assertTrue(e.getMessage().contains("does not divide the output"), e.getMessage());
  }
}
