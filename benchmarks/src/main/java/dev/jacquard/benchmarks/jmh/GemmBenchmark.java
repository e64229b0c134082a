package dev.jacquard.benchmarks.jmh;

import static dev.jacquard.benchmarks.jmh.KernelSet.START;

import dev.jacquard.cpu.kernel.GemmKernel;
import dev.jacquard.cpu.kernel.GemmSpec;
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

/** The matrix product behind convolution and dense layers, forward and backward-data. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsPrepend = {KernelSet.COLLECTOR, KernelSet.ALIGNING},
    jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class GemmBenchmark {
  /** Which product. */
  @Param public Product product;

  /** Which implementation. */
  @Param public KernelSet kernels;

  private GemmKernel kernel;
  private int panels;
  private int tiles;
  private int panelFloats;
  private long flops;
  private float[] x;
  private float[] w;
  private float[] bias;
  private float[] out;
  private int[] inOff;
  private int[] outOff;

  /** Makes the kernel and its arrays. */
  @Setup
  public void setUp() {
    Kernels set = kernels.kernels();
    Product.Grid in = product.bordered(product.from());
    Product.Grid to = product.plain(product.to());
    kernel = set.gemm(spec(in, to, product.vectors(set.lanes())));
    int images = product.images(kernel.tileRows());
    inOff = in.offsets(images, product.side());
    outOff = to.offsets(images, product.side());
    tiles = inOff.length / kernel.tileRows();
    panels = product.to() / kernel.width();
    panelFloats = product.terms() * kernel.width();
    x = KernelSet.numbers(images * in.image());
    w = KernelSet.numbers(panels * panelFloats);
    bias = KernelSet.zeros(product.to());
    out = KernelSet.zeros(images * to.image());
    flops = 2L * inOff.length * product.terms() * product.to();
  }

  private GemmSpec spec(Product.Grid in, Product.Grid to, int vectors) {
    int length = product.kernel() * product.from();
    return product.dense()
        ? new GemmSpec(1, length, 0, vectors, 14, in.image(), to.image())
        : new GemmSpec(
            product.kernel(), length, in.row(), vectors, product.side(), in.pixel(), to.pixel());
  }

  /** All output channels of a group of images. */
  @Benchmark
  public float[] gemm(Arithmetic arithmetic) {
    for (int p = 0; p < panels; p++) {
      int channel = START + p * kernel.width();
      int panel = START + p * panelFloats;
      kernel.run(x, START, w, panel, bias, channel, out, channel, inOff, outOff, 0, tiles);
    }
    arithmetic.add(flops);
    return out;
  }
}
