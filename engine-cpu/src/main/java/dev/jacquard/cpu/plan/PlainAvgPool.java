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
        for (int kw = 0; kw < window.kernelW(); kw++) {
          sum(i, h, oh, kw);
        }
      }
      for (int run = 0; run + 1 < runs.length; run++) {
        int count = count(oh, run);
        for (int k = row + runs[run] * pixel; k < row + runs[run + 1] * pixel; k++) {
          y.values()[k] /= count;
        }
      }
    }
  }

  /** Positions inside the image, of a window of a run. */
  private int count(int oh, int run) {
    return (windows.toH(oh) - windows.fromH(oh)) * windows.columns(runs[run]);
  }

  private void sum(int i, int h, int oh, int kw) {
    int pixel = y.layout().physical();
    int first = windows.first(kw);
    int count = windows.end(kw) - first;
    int from = x.at(i, h, windows.column(first, kw));
    int to = y.at(i, oh, first);
    loops.add(x.values(), from, windows.step(), y.values(), to, pixel, count, pixel, 1);
  }

  @Override
  public void backward(int i, Rows dy, Rows[] dx) {
    dx[0].clear(i);
    for (int oh = 0; oh < window.outH(); oh++) {
      for (int h = windows.fromH(oh); h < windows.toH(oh); h++) {
        for (int run = 0; run + 1 < runs.length; run++) {
          for (int kw = window.kernelW() - 1; kw >= 0; kw--) {
            spread(i, h, oh, run, kw, dy, dx[0]);
          }
        }
      }
    }
  }

  private void spread(int i, int h, int oh, int run, int kw, Rows dy, Rows dx) {
    int pixel = x.layout().physical();
    int first = Math.max(runs[run], windows.first(kw));
    int count = Math.min(runs[run + 1], windows.end(kw)) - first;
    int from = dy.at(i, oh, first);
    int to = dx.at(i, h, windows.column(first, kw));
    float share = 1f / count(oh, run);
    loops.add(dy.values(), from, pixel, dx.values(), to, windows.step(), count, pixel, share);
  }
}
