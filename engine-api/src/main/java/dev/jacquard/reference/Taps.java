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
     * @param tap number of the position in the window, row-major
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
      for (int tap = 0; tap < w.kernelH() * w.kernelW(); tap++) {
        int row = top + tap / w.kernelW();
        int column = left + tap % w.kernelW();
        if (row >= 0 && row < in.dim(0) && column >= 0 && column < in.dim(1)) {
          visitor.visit((n * in.dim(0) + row) * in.dim(1) + column, tap, out);
        }
      }
    }
  }
}
