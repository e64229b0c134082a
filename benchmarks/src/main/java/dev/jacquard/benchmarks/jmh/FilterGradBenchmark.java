package dev.jacquard.benchmarks.jmh;

import static dev.jacquard.benchmarks.jmh.KernelSet.START;

import dev.jacquard.cpu.kernel.FilterGradKernel;
import dev.jacquard.cpu.kernel.FilterGradSpec;
import dev.jacquard.cpu.kernel.Kernels;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The gradient of the weights of convolutions and dense layers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsPrepend = {KernelSet.COLLECTOR, KernelSet.ALIGNING},
    jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class FilterGradBenchmark {
  /** Rows of a band of an image, which all weights are summed over before the next. */
  private static final int BAND = 7;

  /** Which layer. */
  @Param({"CONV1", "CONV2", "CONV3", "DENSE1"})
  public Product product;

  /** Which implementation. */
  @Param public KernelSet kernels;

  private Product.Grid in;
  private Product.Grid gradient;
  private FilterGradKernel kernel;
  private int panels;
  private int tiles;
  private int bands;
  private long flops;
  private float[] x;
  private float[] dy;
  private float[] dw;
  private int[] rowOff;

  /** Makes the kernel and its arrays. */
  @Setup
  public void setUp() {
    Kernels set = kernels.kernels();
    in = product.bordered(product.from());
    gradient = product.dense() ? product.plain(product.to()) : product.bordered(product.to());
    FilterGradSpec spec = spec(product.vectors(set.lanes()));
    kernel = set.filterGrad(spec);
    tiles = (product.terms() + kernel.tileRows() - 1) / kernel.tileRows();
    rowOff = rowOffsets(in, tiles * kernel.tileRows());
    panels = product.to() / kernel.width();
    bands = banded() ? product.side() / BAND : 1;
    x = KernelSet.numbers(images() * in.image());
    dy = KernelSet.numbers(images() * gradient.image());
    dw = KernelSet.zeros(panels * rowOff.length * kernel.width());
    long pixels = (long) images() * bands * spec.height() * spec.width();
    flops = 2 * pixels * product.terms() * product.to();
  }

  /** Whether weights are too many for one tile. */
  private boolean banded() {
    return product.from() > 1 && !product.dense();
  }

  private int images() {
    return product.images(1);
  }

  private FilterGradSpec spec(int vectors) {
    int length = product.kernel() * product.from();
    boolean dense = product.dense();
    return new FilterGradSpec(
        length,
        banded() ? BAND : product.side(),
        product.side(),
        dense ? 0 : in.row(),
        dense ? 0 : in.pixel(),
        in.image(),
        dense ? 0 : gradient.row(),
        dense ? 0 : gradient.pixel(),
        gradient.image(),
        banded() ? 1 : 0,
        vectors);
  }

  /** Rows that fill up the last tile stay 0, 1, 2 ..., which is regular enough for the kernel. */
  private int[] rowOffsets(Product.Grid in, int rows) {
    int length = product.kernel() * product.from();
    int[] offsets = new int[rows];
    for (int i = 0; i < rows; i++) {
      int row = i < product.terms() ? i : i - product.terms();
      offsets[i] = row / length * in.row() + row % length;
    }
    return offsets;
  }

  /** All weights, over an image, or over samples of one pixel. */
  @Benchmark
  public float[] filterGrad(Arithmetic arithmetic) {
    int panelFloats = rowOff.length * kernel.width();
    for (int p = 0; p < panels; p++) {
      int panel = START + p * panelFloats;
      for (int band = 0; band < bands; band++) {
        int input = START + band * BAND * in.row();
        int channel = START + p * kernel.width() + band * BAND * gradient.row();
        kernel.run(x, input, dy, channel, dw, panel, rowOff, 0, tiles, images(), band > 0);
      }
    }
    arithmetic.add(flops);
    return dw;
  }
}
