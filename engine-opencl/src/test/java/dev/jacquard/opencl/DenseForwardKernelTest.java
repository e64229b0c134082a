package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.binding.WorkSize;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The dense layer whose sums the items of a group share. Small integers make every sum exact. What
 * a step must not read holds NaN, and what it must not write is found as it was.
 */
final class DenseForwardKernelTest {
  private static final String FAMILY = "dense_forward";

  private Workbench bench;
  private FencedBuffers fences;

  /** A layer, the rows and columns of a tile and of an item, and how many share a sum. */
  private record Split(
      ConvolutionCase layer, int tileM, int tileN, int itemM, int itemN, int slices, int stages) {
    String defines() {
      return layer.shape()
          + String.format(
              Locale.ROOT,
              " -Werror -DUNROLL=0 -DTILE_M=%d -DTILE_N=%d -DITEM_M=%d -DITEM_N=%d -DSLICES=%d"
                  + " -DSTAGES=%d",
              tileM,
              tileN,
              itemM,
              itemN,
              slices,
              stages);
    }

    int tiles() {
      return (layer.batch() + tileM - 1) / tileM;
    }

    WorkSize groups() {
      int cells = tileM / itemM * (tileN / itemN);
      return new WorkSize(tiles(), (layer.filters() + tileN - 1) / tileN, cells, slices);
    }
  }

  private static Split split(
      int features,
      int units,
      int batch,
      int size,
      int tileM,
      int tileN,
      int itemM,
      int itemN,
      int slices,
      int stages) {
    return new Split(
        ConvolutionCase.dense(
            features, units, batch, size, new ConvolutionCase.Tile(1, 1, 1, 1, 1)),
        tileM,
        tileN,
        itemM,
        itemN,
        slices,
        stages);
  }

  static List<Split> cases() {
    return List.of(
        split(1152, 33, 19, 17, 8, 8, 2, 2, 16, 1),
        split(257, 7, 5, 1, 4, 16, 1, 4, 8, 2),
        split(3, 1, 1, 1, 8, 8, 2, 2, 16, 2),
        split(300, 20, 40, 9, 16, 16, 4, 4, 16, 3),
        split(288, 36, 70, 67, 64, 32, 8, 4, 4, 1),
        split(576, 40, 20, 18, 16, 32, 8, 4, 16, 2),
        split(577, 40, 9, 9, 8, 16, 4, 8, 32, 4),
        split(1152, 128, 11, 10, 8, 8, 4, 4, 64, 5));
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
  void computesTheOutputAndItsMoments(Split split) {
    double[] x = split.layer().samples(split.layer().inputElements(), 1);
    assertOutput(split, x, bench.buffer(x), bench.buffer(new byte[4]), "");
  }

  @Test
  void gathersBytes() {
    Split split = cases().get(0);
    ConvolutionCase at = split.layer();
    int elements = at.in().elements();
    double[] numbers = ConvolutionCase.integers((at.batch() + 2) * elements, 2);
    byte[] content = new byte[numbers.length];
    for (int e = 0; e < content.length; e++) {
      content[e] = (byte) (numbers[e] + 3);
    }
    int[] order = new int[at.size()];
    double[] x = new double[at.inputElements()];
    for (int n = 0; n < order.length; n++) {
      order[n] = (5 * n + 2) % (at.batch() + 2);
      System.arraycopy(numbers, order[n] * elements, x, n * elements, elements);
    }
    String gather = " -DSTORED=uchar -DGATHER=1 -DSCALE=1.0f -DOFFSET=-3.0f";
    assertOutput(split, x, bench.buffer(content), fences.indices(at.batch(), order), gather);
  }

  private void assertOutput(Split split, double[] x, long stored, long indices, String more) {
    ConvolutionCase at = split.layer();
    double[] w = ConvolutionCase.integers(at.taps() * at.filters(), 3);
    double[] bias = ConvolutionCase.integers(at.filters(), 4);
    long y = fences.fenced(at.outputElements());
    long partials = fences.fenced(2 * split.tiles() * at.filters());
    long kernel = bench.kernel(KernelSources.of(FAMILY), split.defines() + more, FAMILY);
    long[] buffers = {stored, indices, fences.steps(at.size())};
    for (int i = 0; i < buffers.length; i++) {
      bench.cl().setBuffer(kernel, i, buffers[i]);
    }
    bench.cl().setInt(kernel, 3, FencedBuffers.STEP);
    bench.cl().setBuffer(kernel, 4, bench.buffer(w));
    bench.cl().setBuffer(kernel, 5, bench.buffer(bias));
    bench.cl().setBuffer(kernel, 6, y);
    bench.cl().setBuffer(kernel, 7, partials);
    bench.cl().launch(bench.queue(), kernel, split.groups());
    double[] expected = at.output(x, w);
    for (int e = 0; e < expected.length; e++) {
      expected[e] += bias[e % at.filters()];
    }
    fences.assertSamples(at, expected, y);
    fences.assertMoments(at, expected, split.tileM(), split.tiles(), partials);
  }

  @Test
  void refusesItemsThatDoNotDivideTheTile() {
    String source = KernelSources.of(FAMILY);
    ClException e =
        assertThrows(ClException.class, () -> bench.kernel(source, " -DITEM_M=3", FAMILY));
    assertTrue(e.getMessage().contains("the items do not divide the tile"), e.getMessage());
  }
}
