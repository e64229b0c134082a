package dev.jacquard.cpu.plan;

import dev.jacquard.graph.Window;

/**
 * Average pooling over those positions of a window that lie inside; over the whole image for the
 * global one.
 */
final class PlainAvgPool implements PlainOp {
  private final Window window;
  private final Rows x;
  private final Rows y;

  PlainAvgPool(Window window, Rows x, Rows y) {
    this.window = window;
    this.x = x;
    this.y = y;
  }

  /** The window that is the whole image. */
  static Window whole(Layout in) {
    return new Window(in.height(), in.width(), 1, 1, 0, 0, 1, 1);
  }

  private int fromH(int oh) {
    return Math.max(oh * window.strideH() - window.top(), 0);
  }

  private int toH(int oh) {
    int end = oh * window.strideH() - window.top() + window.kernelH();
    return Math.min(end, x.layout().height());
  }

  private int fromW(int ow) {
    return Math.max(ow * window.strideW() - window.left(), 0);
  }

  private int toW(int ow) {
    int end = ow * window.strideW() - window.left() + window.kernelW();
    return Math.min(end, x.layout().width());
  }

  @Override
  public void forward(int i) {
    int channels = x.layout().channels();
    for (int oh = 0; oh < window.outH(); oh++) {
      for (int ow = 0; ow < window.outW(); ow++) {
        int to = y.at(i, oh, ow);
        java.util.Arrays.fill(y.values(), to, to + channels, 0f);
        for (int h = fromH(oh); h < toH(oh); h++) {
          for (int w = fromW(ow); w < toW(ow); w++) {
            add(x.values(), x.at(i, h, w), y.values(), to, channels, 1);
          }
        }
        float count = (toH(oh) - fromH(oh)) * (toW(ow) - fromW(ow));
        for (int c = 0; c < channels; c++) {
          y.values()[to + c] /= count;
        }
      }
    }
  }

  @Override
  public void backward(int i, Rows dy, Rows[] dx) {
    Layout in = x.layout();
    for (int h = 0; h < in.height(); h++) {
      int at = dx[0].at(i, h, 0);
      java.util.Arrays.fill(dx[0].values(), at, at + in.width() * dx[0].layout().physical(), 0f);
    }
    for (int oh = 0; oh < window.outH(); oh++) {
      for (int ow = 0; ow < window.outW(); ow++) {
        float share = 1f / ((toH(oh) - fromH(oh)) * (toW(ow) - fromW(ow)));
        for (int h = fromH(oh); h < toH(oh); h++) {
          for (int w = fromW(ow); w < toW(ow); w++) {
            add(
                dy.values(),
                dy.at(i, oh, ow),
                dx[0].values(),
                dx[0].at(i, h, w),
                in.channels(),
                share);
          }
        }
      }
    }
  }

  private static void add(float[] from, int at, float[] to, int base, int count, float factor) {
    for (int c = 0; c < count; c++) {
      to[base + c] += from[at + c] * factor;
    }
  }
}
