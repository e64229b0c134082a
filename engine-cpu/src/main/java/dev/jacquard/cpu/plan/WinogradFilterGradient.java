package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.FilterGradKernel;
import dev.jacquard.cpu.kernel.FilterGradSpec;
import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.kernel.WinogradKernel;
import dev.jacquard.cpu.thread.Workers;
import java.util.Arrays;

/**
 * The gradient of a convolution's weights by Winograd's algorithm: inputs and outputs' gradients
 * are transformed, their products summed over all tiles of a part of the batch, for each position
 * of a tile, and the sums transformed back. A unit is a part and a share of the panels; the parts,
 * which do not depend on threads, are added in their order.
 */
final class WinogradFilterGradient implements WeightGradient {
  /**
   * Units, if the batch has images enough: few, as each brings sums that are larger than a group's
   * images and have to be merged. The input's gradient keeps as many threads again busy.
   */
  private static final int UNITS = 4;

  /** Floats of sums that stay in a core's cache, with a group, while images add to them. */
  private static final int CACHED = 96 * 1024;

  private final WinogradTiling tiling;
  private final LinearShape shape;
  private final WinogradKernel input;
  private final WinogradKernel output;
  private final FilterGradKernel kernel;
  private final float[] x;
  private final float[] dy;
  private final float[] gradients;
  private final int at;
  private final int batch;
  private final int images;
  private final int rows;
  private final int inputStep;
  private final int outputStep;
  private final int[] rowOffsets;
  private final float[][] inputs;
  private final float[][] outputs;
  private final float[][] scratch;
  private final float[] sums;
  private final int panelFloats;
  private final int step;
  private final int share;
  private final int partImages;
  private final Workers.Task back = this::back;
  private int parts;

  /**
   * The gradient from a batch's images and their outputs' gradients.
   *
   * @param gradients of all parameters; the weights' begin at {@code at}
   */
  WinogradFilterGradient(
      WinogradTiling tiling,
      LinearShape shape,
      Kernels kernels,
      float[] x,
      float[] dy,
      float[] gradients,
      int at,
      int batch,
      int workers,
      Arena arena) {
    this.tiling = tiling;
    this.shape = shape;
    this.x = x;
    this.dy = dy;
    this.gradients = gradients;
    this.at = at;
    this.batch = batch;
    int in = shape.in().physical();
    int width = shape.width();
    this.input = kernels.winograd(tiling.spec(shape.in(), in));
    this.output = kernels.winograd(tiling.spec(shape.gradient(), width));
    this.images = tiling.images(kernels);
    this.rows = tiling.rows(kernels);
    this.kernel =
        kernels.regularFilterGrad(
            new FilterGradSpec(in, 1, rows, 0, in, 0, 0, width, 0, 0, shape.vectors()));
    this.inputStep = WinogradTiling.spaced(rows * in);
    this.outputStep = WinogradTiling.spaced(rows * width);
    this.rowOffsets = new int[in];
    Arrays.setAll(rowOffsets, row -> row);
    this.panelFloats = in * width;
    this.step = WinogradTiling.spaced(shape.panels() * panelFloats);
    int positions = tiling.positions();
    int fitting = Math.max(1, CACHED / (positions * panelFloats));
    int shares = (shape.panels() + fitting - 1) / fitting;
    this.share = (shape.panels() + shares - 1) / shares;
    int cut = (UNITS + shares - 1) / shares;
    this.partImages = Tiles.roundUp((batch + cut - 1) / cut, images);
    this.sums =
        arena.vectors((long) parts(batch) * positions * step, "parts of transformed gradients");
    this.inputs = new float[workers][];
    this.outputs = new float[workers][];
    this.scratch = new float[workers][];
    for (int worker = 0; worker < workers; worker++) {
      inputs[worker] = arena.vectors((long) positions * inputStep, "transformed inputs");
      outputs[worker] = arena.vectors((long) positions * outputStep, "transformed gradients");
      scratch[worker] = arena.floats(WinogradKernel.SCRATCH, "a transformed tile");
    }
  }

  private int parts(int n) {
    return (n + partImages - 1) / partImages;
  }

  private int shares() {
    return (shape.panels() + share - 1) / share;
  }

  @Override
  public int block() {
    return batch;
  }

  @Override
  public int units(int n) {
    return parts(n) * shares();
  }

  @Override
  public void run(int unit, int start, int end, int worker) {
    int part = unit / shares();
    int panel = unit % shares() * share;
    int lastPanel = Math.min(panel + share, shape.panels());
    int begin = part * partImages;
    int last = Math.min(begin + partImages, end);
    for (int first = begin; first < last; first += images) {
      int count = Math.min(images, last - first);
      transformInputs(first, count, worker);
      for (int p = panel; p < lastPanel; p++) {
        transformGradients(first, count, p, worker);
        products(part, p, first > begin, worker);
      }
    }
  }

  private void transformInputs(int first, int count, int worker) {
    int in = shape.in().physical();
    int from = shape.first() + first * shape.in().image();
    int packed = tiling.tiles() * in;
    for (int i = 0; i < count; i++) {
      input.input(
          x,
          from + i * shape.in().image(),
          inputs[worker],
          Arena.START + i * packed,
          inputStep,
          scratch[worker]);
    }
    clear(inputs[worker], inputStep, count * packed, rows * in);
  }

  private void transformGradients(int first, int count, int panel, int worker) {
    int width = shape.width();
    int from = shape.gradient().origin() + first * shape.gradient().image() + panel * width;
    int packed = tiling.tiles() * width;
    for (int i = 0; i < count; i++) {
      output.spread(
          dy,
          from + i * shape.gradient().image(),
          outputs[worker],
          Arena.START + i * packed,
          outputStep,
          scratch[worker]);
    }
    clear(outputs[worker], outputStep, count * packed, rows * width);
  }

  /** Zeroes the rows that the last, smaller group lacks: products are always of whole groups. */
  private void clear(float[] values, int positionStep, int from, int to) {
    for (int position = 0; position < tiling.positions() && from < to; position++) {
      int at = Arena.START + position * positionStep;
      Arrays.fill(values, at + from, at + to, 0f);
    }
  }

  private void products(int part, int panel, boolean accumulate, int worker) {
    int to = Arena.START + part * tiling.positions() * step + panel * panelFloats;
    for (int position = 0; position < tiling.positions(); position++) {
      kernel.run(
          inputs[worker],
          Arena.START + position * inputStep,
          outputs[worker],
          Arena.START + position * outputStep,
          sums,
          to + position * step,
          rowOffsets,
          0,
          rowOffsets.length / kernel.tileRows(),
          1,
          accumulate);
    }
  }

  @Override
  public void merge(Step now) {
    parts = parts(now.n);
    now.workers.runAside(shape.panels(), back);
  }

  /** Adds a panel's parts and transforms their sum back. */
  private void back(int panel, int worker) {
    input.weightGradient(
        sums,
        Arena.START + panel * panelFloats,
        step,
        tiling.positions() * step,
        parts,
        gradients,
        at + panel * shape.panelRows() * shape.width(),
        panelFloats,
        panelFloats,
        scratch[worker]);
  }

  @Override
  public int sections() {
    return shape.panels() > 1 ? 2 : 1;
  }

  @Override
  public long flops() {
    long groups = (batch + images - 1L) / images;
    return 2 * groups * rows * tiling.positions() * shape.in().physical() * shape.out().physical();
  }

  @Override
  public String kernel() {
    return "filter gradient by " + tiling.name();
  }

  @Override
  public String work() {
    return shares() + " shares of panels x " + partImages + " images";
  }
}
