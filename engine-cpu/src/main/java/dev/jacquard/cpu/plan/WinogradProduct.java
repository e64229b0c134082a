package dev.jacquard.cpu.plan;

/** A convolution's output by Winograd's algorithm. */
final class WinogradProduct implements Product {
  private final LinearShape shape;
  private final WinogradConvolution convolution;
  private final LinearProduct.Arrays arrays;
  private final Images to;
  private final boolean passing;

  /** Into {@code to}; of {@code arrays}, the weights are not read: they are the convolution's. */
  WinogradProduct(
      LinearShape shape,
      WinogradConvolution convolution,
      LinearProduct.Arrays arrays,
      Images to,
      boolean passing) {
    this.shape = shape;
    this.convolution = convolution;
    this.arrays = arrays;
    this.to = to;
    this.passing = passing;
  }

  @Override
  public LinearShape shape() {
    return shape;
  }

  @Override
  public int images() {
    return convolution.images();
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
  public void run(int group, int n, int panel, int panels, int worker) {
    int first = group * images();
    convolution.run(
        arrays.x(),
        shape.first() + first * shape.in().image(),
        arrays.bias(),
        arrays.biasAt(),
        to.array(worker),
        to.at(first, first),
        images(group, n),
        panel,
        panels,
        worker);
  }

  @Override
  public long flops(int batch) {
    long flops = 0;
    for (int group = 0; group < groups(batch); group++) {
      flops += convolution.flops(images(group, batch));
    }
    return flops;
  }

  @Override
  public String kernel() {
    return convolution.kernel();
  }
}
