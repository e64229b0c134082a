package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Chain;

/**
 * What {@code conv2d_strip.cl} computes: a convolution forward, or backward to its input. The one
 * that comes out is the target, the other the source.
 *
 * @param source its channels
 * @param pools whether windows of 2x2 pixels of the target follow
 * @param height of an image of the target, as width and channels
 * @param pitchH rows from an image of the source to the next one, which share zeros, as columns do
 */
record StripPass(
    Linear l,
    boolean data,
    boolean pools,
    int source,
    int height,
    int width,
    int channels,
    int pitchH,
    int pitchW,
    int columns) {
  static StripPass forward(Linear l) {
    return of(l, false, false, l.window().top(), l.window().left());
  }

  /** The same, in inference, with what is left of a chain. */
  static StripPass forward(Linear l, Chain chain) {
    return of(l, false, chain.pools(), l.window().top(), l.window().left());
  }

  static StripPass data(Linear l) {
    int top = l.window().kernelH() - 1 - l.window().top();
    int left = l.window().kernelW() - 1 - l.window().left();
    return of(l, true, false, top, left);
  }

  private static StripPass of(Linear l, boolean data, boolean pools, int top, int left) {
    int inH = data ? l.window().outH() : l.in().dim(0);
    int inW = data ? l.window().outW() : l.in().dim(1);
    int outH = data ? l.in().dim(0) : l.window().outH();
    int outW = data ? l.in().dim(1) : l.window().outW();
    int below = outH + l.window().kernelH() - 1 - top - inH;
    int right = outW + l.window().kernelW() - 1 - left - inW;
    int columns = Math.max(left, Math.max(right, 0));
    return new StripPass(
        l,
        data,
        pools,
        data ? l.filters() : l.in().channels(),
        outH,
        outW,
        data ? l.in().channels() : l.filters(),
        inH + Math.max(top, Math.max(below, 0)),
        inW + columns,
        columns);
  }

  /** Rows of the target of a batch. */
  long rows(int batch) {
    return (long) batch * height;
  }

  int taps() {
    return l.window().kernelH() * l.window().kernelW();
  }

  /** Whether no window that is pooled lies in two strips. */
  boolean suits(int strip) {
    return !pools || strip % height == 0 || (height % strip == 0 && strip % 2 == 0);
  }

  /** Strips of a batch. */
  long strips(int strip, int batch) {
    return (rows(batch) + strip - 1) / strip;
  }
}
