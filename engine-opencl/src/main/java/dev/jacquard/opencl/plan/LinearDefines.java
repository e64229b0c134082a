package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;

/** What specialises the kernels of convolutions, and of dense layers as such over one pixel. */
final class LinearDefines {
  /** The window of a dense layer. */
  static final Window POINT = new Window(1, 1, 1, 1, 0, 0, 1, 1);

  private LinearDefines() {}

  static Defines of(Shape in, Window window, int filters, int batch) {
    return new Defines()
        .window(in, window)
        .with("BATCH", batch)
        .with("IN_C", in.channels())
        .with("FILTERS", filters);
  }

  /** What a convolution of few input channels sees, for {@code conv2d_few_patch.cl}. */
  static Defines seen(Defines defines, Linear l) {
    return defines
        .with("X_H", l.in().dim(0))
        .with("X_W", l.in().dim(1))
        .with("X_C", l.in().dim(2))
        .with("KERNEL_H", l.window().kernelH())
        .with("KERNEL_W", l.window().kernelW())
        .with("STRIDE_H", l.window().strideH())
        .with("STRIDE_W", l.window().strideW())
        .with("TOP", l.window().top())
        .with("LEFT", l.window().left());
  }

  /**
   * As above; {@code span} samples of a dense layer are seen as the pixels of an image one pixel
   * high.
   */
  static Defines of(Shape in, Window window, int filters, int batch, int span) {
    return span == 1
        ? of(in, window, filters, batch)
        : of(
            Shape.of(1, span, in.channels()),
            new Window(1, 1, 1, 1, 0, 0, 1, span),
            filters,
            batch);
  }

  /** The window that covers a whole image. */
  static Window whole(Shape in) {
    return new Window(in.dim(0), in.dim(1), in.dim(0), in.dim(1), 0, 0, 1, 1);
  }
}
