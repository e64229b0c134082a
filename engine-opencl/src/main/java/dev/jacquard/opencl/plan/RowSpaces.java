package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import java.util.List;
import java.util.stream.IntStream;

/** How the three products of a layer may be cut on a processor, and how they are without tuning. */
record RowSpaces(RowTile tile, int batch) {
  private static final int FORWARD_SPAN = 16;
  private static final int BACKWARD_SPAN = 64;
  private static final int PARTS = 8;
  private static final int MOST_ROWS = 14;
  private static final int MOST_COLUMNS = 32;
  private static final List<Integer> SHARES = List.of(1, 2, 4, 8);

  /**
   * An image that is packed strip by strip, and made into pixels of another.
   *
   * @param packed channels of the image that is packed
   * @param made channels of the one that is made
   */
  private record Strips(
      int height,
      int width,
      int packed,
      int kernelH,
      int kernelW,
      int strideH,
      int strideW,
      int made) {
    /** Floats of a packed row, where a row is made in tiles of so many pixels. */
    long line(int rows) {
      long columns = ((width + rows - 1L) / rows * rows - 1) * strideW + kernelW;
      return columns * packed;
    }

    long bytes(int strip, int rows) {
      return 4 * line(rows) * ((strip - 1L) * strideH + kernelH);
    }
  }

  /**
   * Samples that stand side by side in an image.
   *
   * @param packed floats of a sample that an item packs
   */
  private int span(Linear l, int most, int packed) {
    int span = l.dense() ? Math.min(batch, most) : 1;
    while (span > 1 && 4L * tile.padded(span) * packed > tile.packed()) {
      span--;
    }
    return span;
  }

  /** Samples of a dense layer that are an image of the forward pass. */
  int forwardSpan(Linear l) {
    return span(l, FORWARD_SPAN, l.taps());
  }

  /** Samples of a dense layer that are an image of the backward pass. */
  int backwardSpan(Linear l) {
    return span(l, BACKWARD_SPAN, l.filters());
  }

  private Strips output(Linear l) {
    int span = forwardSpan(l);
    return new Strips(
        l.window().outH(),
        span > 1 ? span : l.window().outW(),
        l.in().channels(),
        l.window().kernelH(),
        l.window().kernelW(),
        l.window().strideH(),
        l.window().strideW(),
        l.filters());
  }

  private Strips gradient(Linear l) {
    int span = backwardSpan(l);
    return new Strips(
        l.in().dim(0),
        span > 1 ? span : l.in().dim(1),
        l.filters(),
        l.window().kernelH(),
        l.window().kernelW(),
        1,
        1,
        l.in().channels());
  }

  private int strip(Strips of) {
    return tile.strip(of.height(), of.strideH(), of.kernelH(), of.line(tile.rows(of.width())));
  }

  /** Whether a strip of the output fits. */
  boolean forwardFits(Linear l) {
    return strip(output(l)) > 0;
  }

  /** Whether a strip of the input's gradient fits. */
  boolean dataFits(Linear l) {
    return strip(gradient(l)) > 0;
  }

  /** Of the forward pass: rows, columns, strip, shares. */
  Space forward(Linear l, int width) {
    return strips(output(l), forwardSpan(l), width);
  }

  /** Of the input's gradient: the same. */
  Space data(Linear l, int width) {
    return strips(gradient(l), backwardSpan(l), width);
  }

  private Space strips(Strips of, int span, int width) {
    int strip = strip(of);
    int columns = tile.columns(of.made(), width);
    int items = images(span) * (of.height() / strip);
    int panels = of.made() / (width * columns);
    int shares = RowTile.divisorFrom(panels, (tile.items() + items - 1) / items);
    return Space.of(choice -> legal(of, width, choice))
        .with("rows", tile.rows(of.width()), to(Math.min(MOST_ROWS, of.width())))
        .with("columns", columns, to(MOST_COLUMNS / width))
        .with("strip", strip, to(of.height()))
        .with("shares", shares, SHARES);
  }

  private boolean legal(Strips of, int width, Choice choice) {
    int strip = choice.of("strip");
    return of.height() % strip == 0
        && of.made() % (width * choice.of("columns") * choice.of("shares")) == 0
        && of.bytes(strip, choice.of("rows")) <= tile.packed();
  }

  /** Images of a batch. */
  int images(int span) {
    return (batch + span - 1) / span;
  }

  private static List<Integer> to(int most) {
    return IntStream.rangeClosed(1, most).boxed().toList();
  }

  private int filterStrip(Linear l) {
    Strips of = output(l);
    // What is packed is read beyond the last tap of a tile, by less than a tile has rows.
    long line = of.line(1) + tile.rows(l.in().channels());
    return l.dense() ? 1 : tile.strip(of.height(), of.strideH(), of.kernelH(), line);
  }

  /** Whether what the weights' gradient packs fits. */
  boolean filterFits(Linear l) {
    return filterStrip(l) > 0;
  }

  /** Of the weights' gradient: rows, columns, strip, parts, slabs. */
  Space filter(Linear l, int width) {
    int run = l.window().kernelW() * l.in().channels();
    int rows = l.dense() ? RowTile.divisor(run, PARTS) : tile.rows(run);
    int parts = l.dense() ? 1 : Math.min(PARTS, batch);
    int slabs = Math.min(tiles(l, rows), Math.max(1, tile.items() / parts));
    return Space.of(choice -> legalFilter(l, width, choice))
        .with("rows", rows, to(Math.min(MOST_ROWS, run)))
        .with("columns", tile.columns(l.filters(), width), to(MOST_COLUMNS / width))
        .with("parts", parts, List.of(1, 2, 4, 8, 16, 32))
        .with("slabs", slabs, List.of(1, 2, 3, 4, 6, 8, 12, 16))
        .with("strip", filterStrip(l), l.dense() ? List.of() : to(l.window().outH()));
  }

  private static int tiles(Linear l, int rows) {
    int run = l.window().kernelW() * l.in().channels();
    return l.window().kernelH() * ((run + rows - 1) / rows);
  }

  private boolean legalFilter(Linear l, int width, Choice choice) {
    int rows = choice.of("rows");
    Strips of = output(l);
    long bytes = of.bytes(choice.of("strip"), 1) + 4L * rows;
    return l.filters() % (width * choice.of("columns")) == 0
        && choice.of("parts") <= Math.max(1, batch)
        && choice.of("slabs") <= tiles(l, rows)
        && (l.dense()
            ? l.in().channels() % rows == 0
            : of.height() % choice.of("strip") == 0 && bytes <= tile.packed());
  }
}
