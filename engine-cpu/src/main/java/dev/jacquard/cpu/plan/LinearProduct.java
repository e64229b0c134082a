package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.GemmKernel;
import dev.jacquard.cpu.kernel.Kernels;

/** A convolution's or dense layer's output, computed a group of images at a time. */
final class LinearProduct implements Product {
  private final LinearShape shape;
  private final GemmKernel kernel;
  private final Tiles tiles;
  private final Arrays arrays;
  private final Images to;
  private final boolean passing;

  /** Where inputs, weights and bias are. */
  @SuppressWarnings("ArrayRecordComponent") // shared on purpose, never compared
  record Arrays(float[] x, float[] w, int wAt, float[] bias, int biasAt) {}

  private LinearProduct(
      LinearShape shape, LinearShape.Rows rows, Arrays arrays, Images to, boolean passing) {
    this.shape = shape;
    this.kernel = rows.kernel();
    this.tiles = rows.tiles();
    this.arrays = arrays;
    this.to = to;
    this.passing = passing;
  }

  /** A product whose output is kept, lying like {@code layout}. */
  static LinearProduct kept(
      LinearShape shape, Kernels kernels, Arrays arrays, float[] values, Layout layout, int batch) {
    LinearShape.Rows rows = shape.forward(layout, kernels, batch);
    return new LinearProduct(shape, rows, arrays, Images.resident(values, layout), false);
  }

  /** A product whose output is passing, {@code name} being the op's. */
  static LinearProduct passing(
      LinearShape shape,
      Kernels kernels,
      Arrays arrays,
      int batch,
      int workers,
      String name,
      Arena arena) {
    Layout layout = shape.out();
    LinearShape.Rows rows = shape.forward(layout, kernels, batch);
    String what = "a group of images of " + name;
    int group = rows.tiles().images();
    int room = Tiles.roundUp(batch, group);
    Images to = Images.passing(layout, group, workers, room, what, arena);
    return new LinearProduct(shape, rows, arrays, to, true);
  }

  @Override
  public LinearShape shape() {
    return shape;
  }

  @Override
  public int images() {
    return tiles.images();
  }

  @Override
  public boolean passing() {
    return passing;
  }

  @Override
  public Images to() {
    return to;
  }

  @Override
  public long flops(int batch) {
    return tiles.flops(batch, shape.rows(), shape.out().physical());
  }

  @Override
  public String kernel() {
    return "gemm " + kernel.tileRows() + "x" + shape.width();
  }

  @Override
  public void run(int group, int n, int panel, int panels, int worker) {
    int first = group * tiles.images();
    int width = shape.width();
    for (int p = panel; p < panel + panels; p++) {
      kernel.run(
          arrays.x,
          shape.first() + first * shape.in().image(),
          arrays.w,
          arrays.wAt + p * shape.panelRows() * width,
          arrays.bias,
          arrays.biasAt + p * width,
          to.array(worker),
          to.at(first, first) + p * width,
          tiles.in(),
          tiles.out(),
          0,
          tiles.tiles(tiles.images(group, n)));
    }
  }
}
