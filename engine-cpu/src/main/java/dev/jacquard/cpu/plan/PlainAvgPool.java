package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.graph.Window;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Average pooling over those positions of a window that lie inside; over the whole image for the
 * global one.
 */
final class PlainAvgPool implements PlainOp {
  private final Window window;
  private final Windows windows;
  private final Rows x;
  private final Rows y;
  private final Loops loops;

  /**
   * The first windows of those side by side that have as many columns inside, and the last's end.
   */
  private final int[] runs;

  PlainAvgPool(Window window, Rows x, Rows y, Loops loops) {
    this.window = window;
    this.windows = new Windows(window, x.layout());
    this.x = x;
    this.y = y;
    this.loops = loops;
    int end = window.outW();
    this.runs =
        IntStream.rangeClosed(0, end)
            .filter(ow -> ow == 0 || ow == end || windows.columns(ow) != windows.columns(ow - 1))
            .toArray();
  }

  @Override
  public void forward(int i) {
    int pixel = y.layout().physical();
    for (int oh = 0; oh < window.outH(); oh++) {
      int row = y.at(i, oh, 0);
      Arrays.fill(y.values(), row, row + window.outW() * pixel, 0f);
      for (int h = windows.fromH(oh); h < windows.toH(oh); h++) {
        sum(i, h, oh);
      }
      for (int run = 0; run + 1 < runs.length; run++) {
        int count = count(oh, runs[run]);
        for (int k = row + runs[run] * pixel; k < row + runs[run + 1] * pixel; k++) {
          y.values()[k] /= count;
        }
      }
      y.clearGaps(i, oh);
    }
  }

  /** Positions of a window inside the image. */
  private int count(int oh, int ow) {
    return (windows.toH(oh) - windows.fromH(oh)) * windows.columns(ow);
  }

  /** Adds row {@code h} of the image to all windows of a row. */
  private void sum(int i, int h, int oh) {
    for (int ow = 0; windows.wide() && ow < window.outW(); ow++) {
      int from = x.at(i, h, windows.fromW(ow));
      int pixel = x.layout().physical();
      add(x.values(), from, pixel, y.values(), y.at(i, oh, ow), 0, windows.columns(ow), 1);
    }
    for (int kw = windows.fromColumn(); !windows.wide() && kw < windows.toColumn(); kw++) {
      int first = windows.first(kw);
      int count = windows.end(kw) - first;
      int from = x.at(i, h, windows.column(first, kw));
      int pixel = y.layout().physical();
      add(x.values(), from, windows.step(), y.values(), y.at(i, oh, first), pixel, count, 1);
    }
  }

  private void add(
      float[] from, int at, int step, float[] to, int toAt, int toStep, int count, float factor) {
    loops.add(from, at, step, to, toAt, toStep, count, x.layout().physical(), factor);
  }

  @Override
  public void backward(int i, Rows dy, Rows[] dx) {
    dx[0].clear(i);
    for (int oh = 0; oh < window.outH(); oh++) {
      for (int h = windows.fromH(oh); h < windows.toH(oh); h++) {
        if (windows.wide()) {
          spreadByWindow(i, h, oh, dy, dx[0]);
        } else {
          spreadByColumn(i, h, oh, dy, dx[0]);
        }
      }
    }
    for (int h = 0; h < x.layout().height(); h++) {
      dx[0].clearGaps(i, h);
    }
  }

  private void spreadByWindow(int i, int h, int oh, Rows dy, Rows dx) {
    for (int ow = 0; ow < window.outW(); ow++) {
      float share = 1f / count(oh, ow);
      int to = dx.at(i, h, windows.fromW(ow));
      int pixel = x.layout().physical();
      add(dy.values(), dy.at(i, oh, ow), 0, dx.values(), to, pixel, windows.columns(ow), share);
    }
  }

  private void spreadByColumn(int i, int h, int oh, Rows dy, Rows dx) {
    for (int run = 0; run + 1 < runs.length; run++) {
      float share = 1f / count(oh, runs[run]);
      for (int kw = windows.toColumn() - 1; kw >= windows.fromColumn(); kw--) {
        int first = Math.max(runs[run], windows.first(kw));
        int count = Math.min(runs[run + 1], windows.end(kw)) - first;
        int from = dy.at(i, oh, first);
        int to = dx.at(i, h, windows.column(first, kw));
        int pixel = y.layout().physical();
        add(dy.values(), from, pixel, dx.values(), to, windows.step(), count, share);
      }
    }
  }
}
