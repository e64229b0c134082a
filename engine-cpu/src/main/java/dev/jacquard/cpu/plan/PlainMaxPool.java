package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.graph.Window;
import java.util.Arrays;

/**
 * Max-pooling by any window, overlapping or padded. Of equal elements the first is the greatest,
 * and one that is no number is greater than all others.
 */
final class PlainMaxPool implements PlainOp {
  /** Positions of windows that are too many to look for each one's winners. */
  private static final int MANY = 64;

  private final Window window;
  private final Windows windows;
  private final Rows x;
  private final Rows y;
  private final Loops loops;

  /** For each output element, which of the window's positions won; null in inference. */
  private final int[] winners;

  /** The winners are kept for {@code batch} images; for none in inference. */
  PlainMaxPool(Window window, Rows x, Rows y, int batch, Loops loops, Arena arena) {
    this.window = window;
    this.windows = new Windows(window, x.layout());
    this.x = x;
    this.y = y;
    this.loops = loops;
    this.winners =
        batch == 0 ? null : arena.intVectors((long) batch * image(), "max-pooling's winners");
  }

  private int image() {
    return y.layout().pixels() * y.layout().physical();
  }

  private int kept(int i, int oh, int ow) {
    return Arena.START + i * image() + (oh * window.outW() + ow) * y.layout().physical();
  }

  @Override
  public void forward(int i) {
    int row = window.outW() * y.layout().physical();
    for (int oh = 0; oh < window.outH(); oh++) {
      int to = y.at(i, oh, 0);
      Arrays.fill(y.values(), to, to + row, Float.NEGATIVE_INFINITY);
      if (winners != null) {
        beginWithFirst(i, oh);
      }
      for (int h = windows.fromH(oh); h < windows.toH(oh); h++) {
        for (int kw = windows.fromColumn(); kw < windows.toColumn(); kw++) {
          compare(i, h, oh, kw);
        }
      }
      y.clearGaps(i, oh);
    }
  }

  /** Until something is greater than minus infinity, a window's first position wins. */
  private void beginWithFirst(int i, int oh) {
    int h = windows.fromH(oh);
    int whole = windows.first(0);
    for (int ow = 0; ow < whole; ow++) {
      int first = position(h, -windows.column(ow, 0));
      Arrays.fill(winners, kept(i, oh, ow), kept(i, oh, ow + 1), first);
    }
    Arrays.fill(winners, kept(i, oh, whole), kept(i, oh, window.outW()), position(h, 0));
  }

  private void compare(int i, int h, int oh, int kw) {
    int pixel = y.layout().physical();
    int first = windows.first(kw);
    int count = windows.end(kw) - first;
    int from = x.at(i, h, windows.column(first, kw));
    int to = y.at(i, oh, first);
    int position = position(h, kw);
    int kept = kept(i, oh, first);
    loops.max(
        x.values(), from, windows.step(), position, y.values(), to, winners, kept, count, pixel);
  }

  /** A row of the image and a column of windows as one number. */
  private int position(int h, int kw) {
    return h * (windows.toColumn() - windows.fromColumn()) + kw - windows.fromColumn();
  }

  @Override
  public void backward(int i, Rows dy, Rows[] dx) {
    dx[0].clear(i);
    for (int oh = 0; oh < window.outH(); oh++) {
      int columns = windows.toColumn() - windows.fromColumn();
      if ((windows.toH(oh) - windows.fromH(oh)) * (long) columns > MANY) {
        scatter(i, oh, dy, dx[0]);
        continue;
      }
      for (int h = windows.fromH(oh); h < windows.toH(oh); h++) {
        for (int kw = windows.toColumn() - 1; kw >= windows.fromColumn(); kw--) {
          give(i, h, oh, kw, dy, dx[0]);
        }
      }
    }
    for (int h = 0; h < x.layout().height(); h++) {
      dx[0].clearGaps(i, h);
    }
  }

  /** Gives each winner its gradient, one by one. */
  private void scatter(int i, int oh, Rows dy, Rows dx) {
    int columns = windows.toColumn() - windows.fromColumn();
    for (int ow = 0; ow < window.outW(); ow++) {
      int from = dy.at(i, oh, ow);
      int kept = kept(i, oh, ow);
      for (int c = 0; c < x.layout().channels(); c++) {
        int winner = winners[kept + c];
        int w = windows.column(ow, winner % columns + windows.fromColumn());
        dx.values()[dx.at(i, winner / columns, w) + c] += dy.values()[from + c];
      }
    }
  }

  private void give(int i, int h, int oh, int kw, Rows dy, Rows dx) {
    int pixel = x.layout().physical();
    int first = windows.first(kw);
    int count = windows.end(kw) - first;
    int from = dy.at(i, oh, first);
    int to = dx.at(i, h, windows.column(first, kw));
    int position = position(h, kw);
    int kept = kept(i, oh, first);
    loops.addWhere(
        dy.values(), from, winners, kept, position, dx.values(), to, windows.step(), count, pixel);
  }
}
