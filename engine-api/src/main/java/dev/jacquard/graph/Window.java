package dev.jacquard.graph;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;

/**
 * A sliding window over height and width: its size, its strides, and how many positions it reaches
 * beyond the input at the top and left. What it reaches beyond at the bottom and right follows from
 * the output's extents.
 */
public record Window(
    int kernelH, int kernelW, int strideH, int strideW, int top, int left, int outH, int outW) {

  /**
   * Checks the extents: the first position must see some of the input.
   *
   * @throws JacquardException if an extent is below 1, or the kernel lies beyond the input at the
   *     top or left
   */
  public Window {
    if (Math.min(kernelH, kernelW) < 1
        || Math.min(strideH, strideW) < 1
        || Math.min(outH, outW) < 1) {
      throw new JacquardException(
          "window: expected kernel, strides and output of at least 1x1, received "
              + (kernelH + "x" + kernelW + ", " + strideH + "x" + strideW)
              + (" and " + outH + "x" + outW));
    }
    if (top < 0 || top >= kernelH || left < 0 || left >= kernelW) {
      throw new JacquardException(
          "window: expected padding from 0 to below the kernel's extents "
              + (kernelH + "x" + kernelW)
              + (", received " + top + " above and " + left + " left"));
    }
  }

  /**
   * The window over an input of {@code [H, W, C]}. With {@code same}, the output has {@code ceil(H
   * / stride)} rows and the padding is split evenly, the odd one below and right, as TensorFlow
   * does; without, {@code floor((H - kernel) / stride) + 1} rows and no padding.
   *
   * @throws JacquardException if the window is larger than its padded input
   */
  public static Window over(
      Shape input, int kernelH, int kernelW, int strideH, int strideW, boolean same) {
    int h = input.dim(0);
    int w = input.dim(1);
    if (same) {
      int outH = (h - 1) / strideH + 1;
      int outW = (w - 1) / strideW + 1;
      return new Window(
          kernelH,
          kernelW,
          strideH,
          strideW,
          before(h, outH, kernelH, strideH),
          before(w, outW, kernelW, strideW),
          outH,
          outW);
    }
    if (kernelH > h || kernelW > w) {
      throw new JacquardException(
          "window "
              + kernelH
              + "x"
              + kernelW
              + " is larger than its input "
              + h
              + "x"
              + w
              + "; use a smaller one or padding \"same\"");
    }
    return new Window(
        kernelH,
        kernelW,
        strideH,
        strideW,
        0,
        0,
        (h - kernelH) / strideH + 1,
        (w - kernelW) / strideW + 1);
  }

  private static int before(int in, int out, int kernel, int stride) {
    long total = (out - 1L) * stride + kernel - in;
    return (int) (Math.max(total, 0) / 2);
  }

  /** Whether all of its positions see some of an input of {@code [H, W, C]}. */
  boolean suits(Shape input) {
    return (outH - 1L) * strideH - top < input.dim(0)
        && (outW - 1L) * strideW - left < input.dim(1);
  }

  /** How many rows below an input of height {@code h} the window reaches; never negative. */
  public int bottom(int h) {
    return Math.max((outH - 1) * strideH + kernelH - top - h, 0);
  }

  /** How many columns right of an input of width {@code w} the window reaches; never negative. */
  public int right(int w) {
    return Math.max((outW - 1) * strideW + kernelW - left - w, 0);
  }

  /** The output's shape with this many channels: {@code [outH, outW, channels]}. */
  public Shape output(int channels) {
    return Shape.of(outH, outW, channels);
  }
}
