package dev.jacquard.opencl;

import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.Locale;

/**
 * A convolution, or a dense layer, with how the items of a processor cut it.
 *
 * @param span samples of a dense layer that are seen as the pixels of an image
 * @param width floats of a vector
 * @param strips null if neither an output nor the gradient of an input is made
 * @param taps null if no gradient of a kernel is made
 * @param options words: bias, moments; accumulate, codes (sums of a chain with codes), plain (of
 *     one without), direct; bytes, floats (gathered from stored elements of this kind)
 */
record RowsCase(
    ConvolutionCase layer, int span, int width, Strips strips, Taps taps, String options) {

  /** Rows and columns of a tile of pixels, items of a strip, and its height. */
  record Strips(int rows, int columns, int shares, int height) {}

  /** Rows and columns of a tile of taps, the height that is packed at a time, parts and slabs. */
  record Taps(int rows, int columns, int height, int parts, int slabs) {}

  /** What a stored element is multiplied by: with {@link #OFFSET}, without rounding. */
  static final float SCALE = 0.5f;

  /** What is added to it. */
  static final float OFFSET = -1.5f;

  /** The groups' tile is not for items without neighbours. */
  private static final ConvolutionCase.Tile ANY = new ConvolutionCase.Tile(1, 1, 1, 1, 1);

  static RowsCase conv(Shape in, Window window, int filters, int batch, int width, String options) {
    ConvolutionCase layer = new ConvolutionCase(in, window, filters, batch, batch, ANY);
    return new RowsCase(layer, 1, width, null, null, options);
  }

  static RowsCase dense(int features, int units, int batch, int span, int width, String options) {
    ConvolutionCase layer = ConvolutionCase.dense(features, units, batch, batch, ANY);
    return new RowsCase(layer, span, width, null, null, options);
  }

  RowsCase strips(int rows, int columns, int shares, int height) {
    Strips cut = new Strips(rows, columns, shares, height);
    return new RowsCase(layer, span, width, cut, taps, options);
  }

  RowsCase taps(int rows, int columns, int height, int parts, int slabs) {
    Taps cut = new Taps(rows, columns, height, parts, slabs);
    return new RowsCase(layer, span, width, strips, cut, options);
  }

  /** The same in a step of so many samples. */
  RowsCase size(int size) {
    ConvolutionCase step =
        new ConvolutionCase(
            layer.in(), layer.window(), layer.filters(), layer.batch(), size, layer.tile());
    return new RowsCase(step, span, width, strips, taps, options);
  }

  boolean has(String option) {
    return List.of(options.split(" ")).contains(option);
  }

  boolean gathers() {
    return has("bytes") || has("floats");
  }

  boolean sums() {
    return has("codes") || has("plain");
  }

  int images() {
    return (layer.batch() + span - 1) / span;
  }

  /** Pixels of an image's row of the output. */
  int outW() {
    return span * layer.window().outW();
  }

  int inW() {
    return span * layer.in().dim(1);
  }

  /** Strips of {@code height} rows in all images. */
  int tiles(int height) {
    return images() * (height / strips.height());
  }

  String forwardDefines() {
    return shape()
        + define("BIAS", has("bias"))
        + define("STATISTICS", has("moments"))
        + define("ROWS", strips.rows())
        + define("COLUMNS", strips.columns())
        + define("SHARES", strips.shares())
        + define("STRIP", strips.height());
  }

  String backwardDefines() {
    String defines =
        shape()
            + define("DATA", strips != null)
            + define("FILTER", taps != null)
            + define("ACCUMULATE", has("accumulate"))
            + define("DIRECT", has("direct"))
            + define("SUMS", sums());
    if (strips != null) {
      defines +=
          define("ROWS", strips.rows())
              + define("COLUMNS", strips.columns())
              + define("SHARES", strips.shares())
              + define("STRIP", strips.height());
    }
    if (taps != null) {
      defines +=
          define("FILTER_ROWS", taps.rows())
              + define("FILTER_COLUMNS", taps.columns())
              + define("FILTER_STRIP", taps.height())
              + define("PARTS", taps.parts())
              + define("SLABS", taps.slabs());
    }
    return sums()
        ? defines + define("CODES", has("codes")) + " -DSLOPE=0.5f -DDROP_SCALE=2.0f"
        : defines;
  }

  private String shape() {
    Window seen = span == 1 ? layer.window() : new Window(1, 1, 1, 1, 0, 0, 1, span);
    Shape in = span == 1 ? layer.in() : Shape.of(1, span, layer.channels());
    ConvolutionCase image = new ConvolutionCase(in, seen, layer.filters(), layer.batch(), 1, ANY);
    String from =
        gathers()
            ? (has("bytes") ? " -DSTORED=uchar" : " -DSTORED=float")
                + String.format(Locale.ROOT, " -DSCALE=%af -DOFFSET=%af", SCALE, OFFSET)
            : "";
    return image.defines()
        + define("SPAN", span)
        + define("WIDTH", width)
        + define("GATHER", gathers())
        + from;
  }

  private static String define(String name, int value) {
    return " -D" + name + "=" + value;
  }

  private static String define(String name, boolean value) {
    return define(name, value ? 1 : 0);
  }
}
