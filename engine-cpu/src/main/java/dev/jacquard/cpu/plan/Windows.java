package dev.jacquard.cpu.plan;

import dev.jacquard.graph.Window;

/**
 * Which of an image's pixels a pooling's windows see. Windows side by side are treated together,
 * one column of theirs after the other: a loop over a single window is too short to be worth a
 * call.
 */
record Windows(Window window, Layout in) {
  /** The window that is the whole image. */
  static Window whole(Layout in) {
    return new Window(in.height(), in.width(), 1, 1, 0, 0, 1, 1);
  }

  /** The image's row that is the first of windows {@code oh}, perhaps above the image. */
  int row(int oh) {
    return oh * window.strideH() - window.top();
  }

  /** The first row of windows {@code oh} inside the image. */
  int fromH(int oh) {
    return Math.max(row(oh), 0);
  }

  /** The end of their rows inside. */
  int toH(int oh) {
    return Math.min(row(oh) + window.kernelH(), in.height());
  }

  /** The first column of windows that is inside the image in any. */
  int fromColumn() {
    return Math.max(0, window.left() - (window.outW() - 1) * window.strideW());
  }

  /** The end of those columns. */
  int toColumn() {
    return Math.min(window.kernelW(), in.width() + window.left());
  }

  /**
   * Whether windows are so wide, and so few in a row, that the loop is better over one's columns.
   */
  boolean wide() {
    return toColumn() - fromColumn() >= window.outW();
  }

  /** The image's column that is column {@code kw} of window {@code ow}, perhaps outside. */
  int column(int ow, int kw) {
    return ow * window.strideW() - window.left() + kw;
  }

  /** The image's column that is the first one of window {@code ow} inside. */
  int fromW(int ow) {
    return Math.max(column(ow, 0), 0);
  }

  /** Columns of window {@code ow} inside the image. */
  int columns(int ow) {
    return Math.min(column(ow, window.kernelW()), in.width()) - fromW(ow);
  }

  /** The first window whose column {@code kw} is not left of the image. */
  int first(int kw) {
    return reaching(0, kw);
  }

  /** The first window behind that whose column {@code kw} is right of the image. */
  int end(int kw) {
    return reaching(in.width(), kw);
  }

  private int reaching(int column, int kw) {
    int ow = -Math.floorDiv(kw - window.left() - column, window.strideW());
    return Math.max(0, Math.min(window.outW(), ow));
  }

  /** Floats from a window's first pixel to the next one's. */
  int step() {
    return window.strideW() * in.physical();
  }
}
