package dev.jacquard.cpu.kernel;

import dev.jacquard.error.JacquardException;

/**
 * The constants of a {@link GemmKernel}: one kernel is compiled for each distinct value. All
 * strides and steps are in floats.
 *
 * <p>The sum of one output runs over {@code runs * runLength} inputs: {@code runs} contiguous runs
 * of {@code runLength} floats whose starts are {@code runStride} apart. Over a zero-bordered [N, H,
 * W, C] activation these cover
 *
 * <ul>
 *   <li>a convolution with kernel [KH, KW]: {@code runs = KH}, {@code runLength = KW * C}, {@code
 *       runStride =} one bordered image row;
 *   <li>a dense layer: one run of the input's length, stride 0.
 * </ul>
 *
 * <p>{@code rowGroup} promises regularity of the row tables, which lets the kernel read fewer of
 * their entries: within each aligned group of {@code rowGroup} rows, {@code inOff} grows by {@code
 * inStep} and {@code outOff} by {@code outStep} from row to row. A convolution whose output rows of
 * {@code W} pixels follow each other in the tables has {@code rowGroup = W}. Tables without such
 * order, and dense layers with a tail of missing rows, have {@code rowGroup = 1} and steps 0. The
 * best groups are the multiples of 7.
 *
 * @param runs number of runs, at least 1
 * @param runLength floats in a run, at least 1
 * @param runStride from the start of a run to the start of the next, at least 0
 * @param vectors vectors of output channels in a panel: 1 or 2
 * @param rowGroup rows in a regular group, at least 1
 * @param inStep from a row's input to the next one's within a group
 * @param outStep from a row's output to the next one's within a group
 */
public record GemmSpec(
    int runs, int runLength, int runStride, int vectors, int rowGroup, int inStep, int outStep) {

  /** Checks the constants' ranges. */
  public GemmSpec {
    if (runs < 1
        || runLength < 1
        || runStride < 0
        || vectors < 1
        || vectors > 2
        || rowGroup < 1
        || inStep < 0
        || outStep < 0) {
      throw new JacquardException(
          String.format(
              "GEMM kernel: expected runs, run length and row group >= 1, strides >= 0 and 1 or 2"
                  + " vectors; received runs %d, run length %d, run stride %d, vectors %d, row"
                  + " group %d, steps %d and %d",
              runs, runLength, runStride, vectors, rowGroup, inStep, outStep));
    }
  }
}
