package dev.jacquard.cpu.plan;

import dev.jacquard.graph.Window;

/** Max-pooling by any window, overlapping or padded. */
final class PlainMaxPool implements PlainOp {
  private final Window window;
  private final Rows x;
  private final Rows y;

  /** For each output element, which of the window's positions won. */
  private final int[] winners;

  /** The winners are kept for {@code batch} images; for none in inference. */
  PlainMaxPool(Window window, Rows x, Rows y, int batch, Arena arena) {
    this.window = window;
    this.x = x;
    this.y = y;
    this.winners =
        batch == 0
            ? null
            : arena.ints(
                (long) batch * y.layout().pixels() * y.layout().channels(),
                "max-pooling's winners");
  }

  @Override
  public void forward(int i) {
    int channels = x.layout().channels();
    int kept = i * y.layout().pixels() * channels;
    for (int oh = 0; oh < window.outH(); oh++) {
      for (int ow = 0; ow < window.outW(); ow++, kept += channels) {
        int to = y.at(i, oh, ow);
        for (int c = 0; c < channels; c++) {
          int winner = winner(i, oh, ow, c);
          y.values()[to + c] = x.values()[position(i, oh, ow, winner) + c];
          if (winners != null) {
            winners[kept + c] = winner;
          }
        }
      }
    }
  }

  private int winner(int i, int oh, int ow, int c) {
    int winner = -1;
    float best = 0;
    for (int k = 0; k < window.kernelH() * window.kernelW(); k++) {
      if (inside(oh, ow, k)) {
        float value = x.values()[position(i, oh, ow, k) + c];
        if (winner < 0 || value > best || (Float.isNaN(value) && !Float.isNaN(best))) {
          winner = k;
          best = value;
        }
      }
    }
    return winner;
  }

  private boolean inside(int oh, int ow, int k) {
    int h = oh * window.strideH() - window.top() + k / window.kernelW();
    int w = ow * window.strideW() - window.left() + k % window.kernelW();
    return h >= 0 && h < x.layout().height() && w >= 0 && w < x.layout().width();
  }

  private int position(int i, int oh, int ow, int k) {
    int h = oh * window.strideH() - window.top() + k / window.kernelW();
    int w = ow * window.strideW() - window.left() + k % window.kernelW();
    return x.at(i, h, w);
  }

  @Override
  public void backward(int i, Rows dy, Rows[] dx) {
    Rows to = dx[0];
    Layout in = x.layout();
    for (int h = 0; h < in.height(); h++) {
      int at = to.at(i, h, 0);
      java.util.Arrays.fill(to.values(), at, at + in.width() * to.layout().physical(), 0f);
    }
    int channels = in.channels();
    int kept = i * y.layout().pixels() * channels;
    for (int oh = 0; oh < window.outH(); oh++) {
      for (int ow = 0; ow < window.outW(); ow++, kept += channels) {
        int from = dy.at(i, oh, ow);
        for (int c = 0; c < channels; c++) {
          int k = winners[kept + c];
          int h = oh * window.strideH() - window.top() + k / window.kernelW();
          int w = ow * window.strideW() - window.left() + k % window.kernelW();
          to.values()[to.at(i, h, w) + c] += dy.values()[from + c];
        }
      }
    }
  }
}
