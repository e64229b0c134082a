package dev.jacquard.opencl;

import dev.jacquard.kernels.KernelSources;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.reference.ReferenceModel;

/** A block compiled for a batch: two kernels with all arguments but the step set in advance. */
final class BlockOnDevice {
  private static final int GROUP = 64;
  private static final int GROUPS = 3;
  private static final int STEP = 3;

  private final Workbench bench;
  private final Block block;
  private final int batch;
  private final long convolution;
  private final long pooling;
  private final WorkSize convolutionSize;
  private final long pooled;
  private final long winners;
  private final long movingMean;
  private final long movingVariance;
  private final long statistics;

  /** Compiles, and takes the parameters that the oracle has. */
  BlockOnDevice(Workbench bench, Block block, int batch, ReferenceModel oracle, long seed) {
    this.bench = bench;
    this.block = block;
    this.batch = batch;
    convolution =
        bench.kernel(
            KernelSources.of("conv2d_forward"), block.convolutionDefines(batch), "conv2d_forward");
    pooling =
        bench.kernel(
            KernelSources.of("normalize_pool_forward"),
            block.poolingDefines(),
            "normalize_pool_forward");
    convolutionSize =
        new WorkSize(
            (block.channels() + Block.TILE_N - 1) / Block.TILE_N, block.tiles(batch), 8, 8);
    pooled = bench.buffer(pooledElements() * Float.BYTES);
    winners = bench.buffer(pooledElements());
    String norm = block.norm().name();
    movingMean = bench.buffer(oracle.parameter(norm + "/moving_mean"));
    movingVariance = bench.buffer(oracle.parameter(norm + "/moving_variance"));
    statistics = bench.buffer(block.channels() * 2 * Float.BYTES);
    set(oracle, seed);
  }

  private void set(ReferenceModel oracle, long seed) {
    String conv = block.conv().name();
    String norm = block.norm().name();
    long y = bench.buffer(batch * block.convolved().elements() * Float.BYTES);
    long partials = bench.buffer(block.tiles(batch) * block.channels() * 2 * Float.BYTES);
    bench.cl().setBuffer(convolution, 4, bench.buffer(oracle.parameter(conv + "/kernel")));
    bench.cl().setBuffer(convolution, 5, bench.buffer(oracle.parameter(conv + "/bias")));
    bench.cl().setBuffer(convolution, 6, y);
    bench.cl().setBuffer(convolution, 7, partials);

    bench.cl().setBuffer(pooling, 0, y);
    bench.cl().setBuffer(pooling, 1, partials);
    bench.cl().setInt(pooling, 4, (int) seed);
    bench.cl().setInt(pooling, 5, (int) (seed >>> 32));
    bench.cl().setBuffer(pooling, 6, bench.buffer(oracle.parameter(norm + "/gamma")));
    bench.cl().setBuffer(pooling, 7, bench.buffer(oracle.parameter(norm + "/beta")));
    bench.cl().setBuffer(pooling, 8, movingMean);
    bench.cl().setBuffer(pooling, 9, movingVariance);
    bench.cl().setBuffer(pooling, 10, statistics);
    bench.cl().setBuffer(pooling, 11, pooled);
    bench.cl().setBuffer(pooling, 12, winners);
  }

  /** Connects it: {@code stored} is the data set, or the block before's output. */
  void connect(long stored, long indices, long steps) {
    bench.cl().setBuffer(convolution, 0, stored);
    bench.cl().setBuffer(convolution, 1, indices);
    bench.cl().setBuffer(convolution, 2, steps);
    bench.cl().setBuffer(pooling, 2, steps);
  }

  /** Queues one step. */
  void enqueue(int step) {
    bench.cl().setInt(convolution, STEP, step);
    bench.cl().launch(bench.queue(), convolution, convolutionSize);
    bench.cl().setInt(pooling, STEP, step);
    bench.cl().launch(bench.queue(), pooling, WorkSize.of(GROUPS, GROUP));
  }

  int pooledElements() {
    return batch * block.pooled().elements();
  }

  /** The output's buffer, {@code [batch, H, W, C]}. */
  long pooled() {
    return pooled;
  }

  /** The 3 bits of each output element. */
  long winners() {
    return winners;
  }

  float[] movingMean() {
    return bench.readFloats(movingMean, 0, block.channels());
  }

  float[] movingVariance() {
    return bench.readFloats(movingVariance, 0, block.channels());
  }

  /** The last step's {@code (mean, 1 / sqrt(variance + epsilon))} of each channel. */
  float[] statistics() {
    return bench.readFloats(statistics, 0, 2 * block.channels());
  }
}
