package dev.jacquard.reference;

import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;

/** Walks a window over a batch of images. */
final class Taps {
  private Taps() {}

  /** What is done at a tap: a pixel of the window that lies inside the input. */
  interface Visitor {
    /**
     * Visits a tap.
     *
     * @param in number of the input's pixel in the batch, row-major in {@code [N, H, W]}
     * @param tap number of the position in the window, row-major; of a pooling's it may overflow,
     *     as no kernel of that size is there to be indexed
     * @param out number of the output's pixel in the batch
     */
    void visit(int in, int tap, int out);
  }

  /** Visits all taps, output pixel by output pixel, those of one window in row-major order. */
  static void each(Place at, Window w, Visitor visitor) {
    Shape in = at.inputShape(0);
    int pixels = w.outH() * w.outW();
    for (int out = 0; out < at.batch() * pixels; out++) {
      int n = out / pixels;
      int top = out % pixels / w.outW() * w.strideH() - w.top();
      int left = out % w.outW() * w.strideW() - w.left();
      int bottom = (int) Math.min((long) top + w.kernelH(), in.dim(0));
      int right = (int) Math.min((long) left + w.kernelW(), in.dim(1));
      for (int row = Math.max(top, 0); row < bottom; row++) {
        int above = (n * in.dim(0) + row) * in.dim(1);
        int tap = (row - top) * w.kernelW() - left;
        for (int column = Math.max(left, 0); column < right; column++) {
          visitor.visit(above + column, tap + column, out);
        }
      }
    }
  }
}
