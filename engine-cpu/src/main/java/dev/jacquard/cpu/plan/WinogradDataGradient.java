package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Loops;

/**
 * The gradient of a convolution's input by Winograd's algorithm: a convolution of the output's
 * gradient with the flipped and transposed weights.
 */
final class WinogradDataGradient implements InputGradient {
  private static final int FEW = 8;

  private final LinearShape shape;
  private final Layout to;
  private final FlippedWeights flipped;
  private final WinogradWeights weights;
  private final WinogradConvolution convolution;
  private final int first;
  private final float[] dy;
  private final float[] dx;
  private final float[] zeros;
  private final int parts;

  /**
   * From {@code dy} to {@code dx}.
   *
   * @param convolution with {@code weights}, which are made of {@code flipped}
   */
  WinogradDataGradient(
      LinearShape shape,
      Layout to,
      FlippedWeights flipped,
      WinogradWeights weights,
      WinogradConvolution convolution,
      float[] dy,
      float[] dx,
      int batch,
      Arena arena) {
    this.shape = shape;
    this.to = to;
    this.flipped = flipped;
    this.weights = weights;
    this.convolution = convolution;
    this.dy = dy;
    this.dx = dx;
    Layout gradient = shape.gradient();
    this.first =
        gradient.origin()
            - (2 - shape.window().top()) * gradient.row()
            - (2 - shape.window().left()) * gradient.physical();
    this.zeros = arena.floats(to.physical(), "zeros");
    this.parts = groups(batch) < FEW ? weights.panels() : 1;
  }

  private int groups(int n) {
    return (n + convolution.images() - 1) / convolution.images();
  }

  @Override
  public int prepareUnits() {
    return flipped.units();
  }

  @Override
  public void prepare(int unit, float[] state, int at, Loops loops, int worker) {
    flipped.copy(unit, state, at, loops);
    weights.transform(unit, flipped.values(), flipped.at(0, unit), worker);
  }

  @Override
  public void clear(int n) {}

  @Override
  public int units(int start, int end) {
    return (groups(end) - groups(start)) * parts;
  }

  @Override
  public void run(int unit, int start, int end, int n, int worker) {
    int groups = units(start, end) / parts;
    int image = (groups(start) + unit % groups) * convolution.images();
    int panels = weights.panels() / parts;
    convolution.run(
        dy,
        first + image * shape.gradient().image(),
        zeros,
        0,
        dx,
        to.origin() + image * to.image(),
        Math.min(convolution.images(), n - image),
        unit / groups * panels,
        panels,
        worker);
  }

  @Override
  public long flops(int batch) {
    long flops = 0;
    for (int image = 0; image < batch; image += convolution.images()) {
      flops += convolution.flops(Math.min(convolution.images(), batch - image));
    }
    return flops;
  }

  @Override
  public String kernel() {
    return convolution.kernel();
  }
}
