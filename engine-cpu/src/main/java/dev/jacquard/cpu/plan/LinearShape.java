package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.FilterGradSpec;
import dev.jacquard.cpu.kernel.GemmKernel;
import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.graph.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution as matrix products over bordered images; a dense layer is one over an image of one
 * pixel. Its weights are kept as panels {@code [panel][row][width]}: a panel has one or two vectors
 * of output channels, and a row is one {@code (kh, kw, ci)} in physical channels. {@code panelRows}
 * is the rows rounded up to whole tiles of the filter gradient, so that weights, gradients and
 * optimiser state lie alike.
 *
 * @param in layout of the input
 * @param out layout of the output
 * @param gradient layout of the output's gradient; null where none is needed
 * @param window size, strides and padding
 * @param lanes floats of a vector
 * @param panelRows rows that a panel has room for
 */
record LinearShape(
    Layout in, Layout out, Layout gradient, Window window, int lanes, int panelRows) {

  /** Floats of a band's inputs and gradients that stay near a core. */
  private static final int BAND = 16 * 1024;

  /** Pixels of a band that are too few to load and store sums for. */
  private static final int FEW_PIXELS = 56;

  /** Pixels of a band whose places are a table that is not worth a thought. */
  private static final int MOST_PIXELS = 4096;

  /** Rows of weights that are one tile or little more: no other reads the same inputs soon. */
  private static final int FEW_ROWS = 28;

  /** Terms of sums that are over before their inputs have come from a larger cache. */
  private static final int FEW_TERMS = 64;

  /** The window of a dense layer. */
  static final Window POINT = new Window(1, 1, 1, 1, 0, 0, 1, 1);

  static int rows(Layout in, Window window) {
    return Math.multiplyExact(window.kernelH() * window.kernelW(), in.physical());
  }

  int rows() {
    return rows(in, window);
  }

  /** Vectors of a panel: two where they divide the channels. */
  int vectors() {
    return vectors(out.physical(), lanes);
  }

  static int vectors(int channels, int lanes) {
    return channels / lanes % 2 == 0 ? 2 : 1;
  }

  /** Output channels of a panel. */
  int width() {
    return vectors() * lanes;
  }

  int panels() {
    return out.physical() / width();
  }

  /** Floats that the weights take. */
  int floats() {
    return Math.multiplyExact(Math.multiplyExact(panels(), panelRows), width());
  }

  /** Where canonical weight {@code [kh, kw, ci, co]}, given by its row-major index, lies. */
  int place(int index, int filters) {
    int co = index % filters;
    int k = index / filters;
    int tap = k / in.channels();
    int row = tap * in.physical() + in.physical(k % in.channels());
    return (co / width() * panelRows + row) * width() + co % width();
  }

  /** Where, relative to the first image's first float, output pixel [0, 0] has its first input. */
  int first() {
    return in.origin() - window.top() * in.row() - window.left() * in.physical();
  }

  private Tiles.Steps steps() {
    return new Tiles.Steps(
        window.strideH() * in.row(), window.strideW() * in.physical(), in.image());
  }

  private static Tiles.Steps steps(Layout layout) {
    return new Tiles.Steps(layout.row(), layout.physical(), layout.image());
  }

  /** A matrix product's kernel, and its rows in tiles of it. */
  record Rows(GemmKernel kernel, Tiles tiles) {
    static Rows of(
        Tiles.Pixels pixels, int runs, int length, int stride, int vectors, Kernels kernels) {
      GemmKernel kernel = kernels.gemm(pixels.spec(runs, length, stride, vectors));
      return new Rows(kernel, pixels.tiles(kernel.tileRows()));
    }
  }

  /**
   * The forward product with an output that lies like {@code to}.
   *
   * @param batch images at most
   */
  Rows forward(Layout to, Kernels kernels, int batch) {
    int length = window.kernelW() * in.physical();
    int alike = alike(kernels, window.kernelH() * length, batch, panels());
    Tiles.Pixels pixels = new Tiles.Pixels(window.outH(), window.outW(), steps(), steps(to), alike);
    return Rows.of(pixels, window.kernelH(), length, in.row(), vectors(), kernels);
  }

  /**
   * As many images as the kernels like. One for short sums, which are over before several images'
   * inputs have come from a larger cache, and where a batch's groups would be too few for threads.
   */
  private static int alike(Kernels kernels, int terms, int batch, int panels) {
    int images = kernels.alike();
    return terms > FEW_TERMS && LinearForward.enough(batch / images * panels) ? images : 1;
  }

  /** Pixels from an output row's gradient to the next one's. */
  private int pitch() {
    return gradient.row() / gradient.physical();
  }

  /**
   * Output rows that all tiles of weights sum over before they go on to the next rows, so that
   * inputs and gradients stay near the core: an equal share of the image.
   */
  int bandRows() {
    int rows = window.outH();
    int perRow = pitch() * (in.physical() * window.strideH() * window.strideW() + width());
    while (isMuch(rows, perRow) && shorter(rows) * pitch() >= FEW_PIXELS) {
      rows = shorter(rows);
    }
    return rows;
  }

  private boolean isMuch(int rows, int perRow) {
    return (rows() > FEW_ROWS && rows * perRow > BAND) || rows * window.outW() > MOST_PIXELS;
  }

  /** The greatest divisor of the output's height below {@code rows}; 0 below 1. */
  private int shorter(int rows) {
    int divisor = rows - 1;
    while (divisor > 0 && window.outH() % divisor != 0) {
      divisor--;
    }
    return divisor;
  }

  /** The constants of the weights' gradient from a band of an image. */
  FilterGradSpec filterGradient() {
    int rows = bandRows();
    return new FilterGradSpec(
        window.kernelW() * in.physical(),
        rows,
        window.outW(),
        rows == 1 ? 0 : window.strideH() * in.row(),
        window.outW() == 1 ? 0 : window.strideW() * in.physical(),
        in.image(),
        rows == 1 ? 0 : gradient.row(),
        window.outW() == 1 ? 0 : gradient.physical(),
        gradient.image(),
        rows == 1 ? 0 : blank(),
        vectors());
  }

  /**
   * Pixels between two rows of the output's gradient, where it has a border as wide as the input's
   * and that is little compared with a row: zeros are multiplied there.
   */
  private int blank() {
    int between = pitch() - window.outW();
    boolean alike =
        window.strideH() == 1 && window.strideW() == 1 && pitch() == in.row() / in.physical();
    return alike && 4 * between <= window.outW() ? between : 0;
  }

  /** For each weight row, where its input lies relative to an output pixel's first. */
  int[] rowOffsets() {
    int[] offsets = new int[panelRows];
    int length = window.kernelW() * in.physical();
    for (int row = 0; row < rows(); row++) {
      offsets[row] = row / length * in.row() + row % length;
    }
    return offsets;
  }

  /**
   * The border that the output's gradient needs so that {@link #dataPasses} never leave it: above,
   * below, left, right.
   */
  static int[] gradientBorder(int height, int width, Window w) {
    int[] rows = reach(height, w.kernelH(), w.strideH(), w.top(), w.outH());
    int[] columns = reach(width, w.kernelW(), w.strideW(), w.left(), w.outW());
    return new int[] {rows[0], rows[1], columns[0], columns[1]};
  }

  private static int[] reach(int extent, int kernel, int stride, int before, int out) {
    int above = 0;
    int below = 0;
    for (int phase = 0; phase < Math.min(stride, extent); phase++) {
      List<Integer> taps = taps(phase, kernel, stride, before);
      if (!taps.isEmpty()) {
        int last = (extent - 1 - phase) / stride;
        above = Math.max(above, -distance(phase, taps.get(0), stride, before));
        int most = distance(phase, taps.get(taps.size() - 1), stride, before);
        below = Math.max(below, last + most - (out - 1));
      }
    }
    return new int[] {above, below};
  }

  /**
   * The kernel positions that inputs {@code phase, phase + stride, ...} meet, in the order of the
   * outputs they feed.
   */
  private static List<Integer> taps(int phase, int kernel, int stride, int before) {
    List<Integer> taps = new ArrayList<>();
    for (int k = kernel - 1; k >= 0; k--) {
      if (Math.floorMod(phase + before - k, stride) == 0) {
        taps.add(k);
      }
    }
    return taps;
  }

  private static int distance(int phase, int tap, int stride, int before) {
    return Math.floorDiv(phase + before - tap, stride);
  }

  /**
   * One matrix product of the backward-data pass. A convolution with stride s has s * s of them:
   * the inputs of one phase are a convolution with stride 1 over the output's gradient, with the
   * kernel positions that they meet, flipped.
   *
   * @param tapsH kernel rows, in the order of the gradient's rows
   * @param tapsW kernel columns, likewise
   * @param terms of each sum
   * @param first where, in the gradient, the first input of the phase has its first term
   * @param to where that input lies in the input's gradient
   */
  record DataPass(
      List<Integer> tapsH, List<Integer> tapsW, int terms, Rows rows, int first, int to) {}

  /**
   * The backward-data pass into an input's gradient that lies like {@code dx}.
   *
   * @param batch images at most
   */
  List<DataPass> dataPasses(Layout dx, Kernels kernels, int batch) {
    List<DataPass> passes = new ArrayList<>();
    Window w = window;
    for (int i = 0; i < Math.min(w.strideH(), dx.height()); i++) {
      List<Integer> tapsH = taps(i, w.kernelH(), w.strideH(), w.top());
      for (int j = 0; j < Math.min(w.strideW(), dx.width()); j++) {
        List<Integer> tapsW = taps(j, w.kernelW(), w.strideW(), w.left());
        if (!tapsH.isEmpty() && !tapsW.isEmpty()) {
          passes.add(dataPass(dx, i, j, tapsH, tapsW, kernels, batch));
        }
      }
    }
    return passes;
  }

  private DataPass dataPass(
      Layout dx,
      int i,
      int j,
      List<Integer> tapsH,
      List<Integer> tapsW,
      Kernels kernels,
      int batch) {
    int strideH = window.strideH();
    int strideW = window.strideW();
    int height = (dx.height() - 1 - i) / strideH + 1;
    int width = (dx.width() - 1 - j) / strideW + 1;
    Tiles.Steps to = new Tiles.Steps(strideH * dx.row(), strideW * dx.physical(), dx.image());
    int length = tapsW.size() * gradient.physical();
    int terms = tapsH.size() * length;
    int vectors = vectors(dx.physical(), lanes);
    int alike = alike(kernels, terms, batch, dx.physical() / (vectors * lanes));
    Tiles.Pixels pixels = new Tiles.Pixels(height, width, steps(gradient), to, alike);
    int first =
        gradient.origin()
            + distance(i, tapsH.get(0), strideH, window.top()) * gradient.row()
            + distance(j, tapsW.get(0), strideW, window.left()) * gradient.physical();
    return new DataPass(
        tapsH,
        tapsW,
        terms,
        Rows.of(pixels, tapsH.size(), length, gradient.row(), vectors, kernels),
        first,
        dx.origin() + i * dx.row() + j * dx.physical());
  }
}
