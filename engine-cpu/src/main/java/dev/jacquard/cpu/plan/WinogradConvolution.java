package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.GemmKernel;
import dev.jacquard.cpu.kernel.GemmSpec;
import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.kernel.WinogradKernel;

/**
 * Winograd's convolution of a group of images: the images are transformed, then for each panel of
 * output channels comes a matrix product for each position of a tile, and the panel's outputs are
 * transformed back while they are in the core's cache.
 */
final class WinogradConvolution {
  private final WinogradTiling tiling;
  private final Layout from;
  private final Layout to;
  private final WinogradWeights weights;
  private final int width;
  private final WinogradKernel input;
  private final WinogradKernel output;
  private final GemmKernel gemm;
  private final int images;
  private final int inputStep;
  private final int outputStep;
  private final int[] inOff;
  private final int[] outOff;
  private final float[] zeros;
  private final float[][] inputs;
  private final float[][] outputs;
  private final float[][] scratch;

  /** A convolution of images that lie like {@code from} to panels of {@code to}. */
  WinogradConvolution(
      WinogradTiling tiling,
      Kernels kernels,
      Layout from,
      Layout to,
      WinogradWeights weights,
      int workers,
      Arena arena) {
    this.tiling = tiling;
    this.from = from;
    this.to = to;
    this.weights = weights;
    this.width = to.physical() / weights.panels();
    this.input = kernels.winograd(tiling.spec(from, from.physical()));
    this.output = kernels.winograd(tiling.spec(to, width));
    this.images = tiling.images(kernels);
    int rows = tiling.rows(kernels);
    int in = from.physical();
    int vectors = width / kernels.lanes();
    this.gemm = kernels.regularGemm(new GemmSpec(1, in, 0, vectors, rows, in, width));
    this.inputStep = WinogradTiling.spaced(rows * in);
    this.outputStep = WinogradTiling.spaced(rows * width);
    this.inOff = new int[rows];
    this.outOff = new int[rows];
    for (int row = 0; row < rows; row++) {
      inOff[row] = row * in;
      outOff[row] = row * width;
    }
    this.zeros = arena.floats(width, "zeros");
    this.inputs = new float[workers][];
    this.outputs = new float[workers][];
    this.scratch = new float[workers][];
    for (int worker = 0; worker < workers; worker++) {
      inputs[worker] = arena.vectors((long) tiling.positions() * inputStep, "transformed inputs");
      outputs[worker] =
          arena.vectors((long) tiling.positions() * outputStep, "transformed outputs");
      scratch[worker] = arena.floats(WinogradKernel.SCRATCH, "a transformed tile");
    }
  }

  /** Images of a group. */
  int images() {
    return images;
  }

  /** Rows of the products' register tile. */
  int tileRows() {
    return gemm.tileRows();
  }

  private int tiles(int count) {
    return (count * tiling.tiles() + gemm.tileRows() - 1) / gemm.tileRows();
  }

  /** Executed operations of a group's products, padding included; transformations come on top. */
  long flops(int count) {
    long rows = (long) tiles(count) * gemm.tileRows();
    return 2 * rows * tiling.positions() * from.physical() * to.physical();
  }

  /**
   * Computes some panels of {@code count} images, at most a group's.
   *
   * @param xAt where the first image's first tile has its first input
   * @param yAt where the first image's first output pixel begins
   */
  void run(
      float[] x,
      int xAt,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      int count,
      int panel,
      int panels,
      int worker) {
    int packed = tiling.tiles() * from.physical();
    for (int i = 0; i < count; i++) {
      input.input(
          x,
          xAt + i * from.image(),
          inputs[worker],
          Arena.START + i * packed,
          inputStep,
          scratch[worker]);
    }
    for (int p = panel; p < panel + panels; p++) {
      products(p, tiles(count), worker);
      int done = tiling.tiles() * width;
      for (int i = 0; i < count; i++) {
        output.output(
            outputs[worker],
            Arena.START + i * done,
            outputStep,
            bias,
            biasAt + p * width,
            y,
            yAt + i * to.image() + p * width,
            scratch[worker]);
      }
    }
  }

  private void products(int panel, int tiles, int worker) {
    for (int position = 0; position < tiling.positions(); position++) {
      gemm.run(
          inputs[worker],
          Arena.START + position * inputStep,
          weights.values(),
          weights.at(position, panel),
          zeros,
          0,
          outputs[worker],
          Arena.START + position * outputStep,
          inOff,
          outOff,
          0,
          tiles);
    }
  }

  /** What it is, for reports: {@code winograd F(4x4,3x3), gemm 8x32}. */
  String kernel() {
    return tiling.name() + ", gemm " + gemm.tileRows() + "x" + width;
  }
}
