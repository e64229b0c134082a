package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import java.util.List;

/** Conv2d over awkward shapes, with real numbers and, to the last bit, with small integers. */
final class ConvolutionCases {
  /** Height, width, channels; kernel height and width; strides; filters; same padding; batch. */
  private record Row(
      int h, int w, int c, int kh, int kw, int sh, int sw, int filters, boolean same, int batch) {
    String name() {
      String padding = same ? "same" : "valid";
      return h + "x" + w + "x" + c + "-k" + kh + "x" + kw + "-s" + sh + "x" + sw + "-f" + filters
          + "-" + padding + "-n" + batch;
    }
  }

  private static final boolean SAME = true;
  private static final boolean VALID = false;

  private static final List<Row> ROWS =
      List.of(
          new Row(1, 1, 1, 1, 1, 1, 1, 1, VALID, 1),
          new Row(1, 1, 3, 3, 3, 1, 1, 5, SAME, 2),
          new Row(1, 7, 3, 1, 3, 1, 1, 4, SAME, 4),
          new Row(7, 1, 5, 5, 1, 1, 1, 7, VALID, 2),
          new Row(3, 3, 16, 3, 3, 1, 1, 16, VALID, 2),
          new Row(5, 7, 11, 3, 3, 1, 1, 13, SAME, 4),
          new Row(7, 5, 13, 2, 2, 1, 1, 11, SAME, 2),
          new Row(8, 8, 16, 3, 3, 1, 1, 32, SAME, 4),
          new Row(7, 7, 17, 3, 3, 1, 1, 31, SAME, 2),
          new Row(7, 7, 32, 3, 3, 1, 1, 64, SAME, 2),
          new Row(4, 4, 64, 3, 3, 1, 1, 48, SAME, 2),
          new Row(3, 5, 96, 1, 1, 1, 1, 33, VALID, 2),
          new Row(5, 3, 33, 3, 3, 1, 1, 65, SAME, 1),
          new Row(4, 3, 63, 2, 3, 1, 1, 96, VALID, 1),
          new Row(31, 33, 1, 3, 3, 1, 1, 3, SAME, 1),
          new Row(33, 31, 2, 3, 3, 2, 2, 4, SAME, 2),
          new Row(65, 5, 3, 3, 3, 2, 1, 3, VALID, 1),
          new Row(5, 63, 3, 3, 3, 1, 3, 3, SAME, 1),
          new Row(9, 9, 3, 5, 5, 1, 1, 8, SAME, 2),
          new Row(11, 8, 4, 7, 7, 2, 2, 5, SAME, 2),
          new Row(10, 10, 3, 2, 2, 2, 2, 6, VALID, 4),
          new Row(10, 11, 3, 2, 5, 3, 2, 6, VALID, 2),
          new Row(8, 7, 5, 1, 1, 2, 3, 9, SAME, 2),
          new Row(7, 7, 2, 7, 7, 1, 1, 10, VALID, 4),
          new Row(2, 2, 3, 5, 5, 1, 1, 4, SAME, 2),
          new Row(14, 14, 8, 3, 3, 1, 1, 8, SAME, 2));

  /** Small images, many of them: backends cut what is larger than their caches. */
  private static final Row LARGE = new Row(5, 5, 16, 3, 3, 1, 1, 16, SAME, 1343);

  private ConvolutionCases() {}

  static void addTo(List<TckCase> cases) {
    for (Row row : ROWS) {
      cases.add(new TckCase("conv2d", row.name(), s -> real(row).run(s)));
    }
    for (Row row : ROWS) {
      cases.add(new TckCase("conv2d-exact", row.name(), s -> exact(row).run(s, Tolerance.exact())));
    }
    cases.add(new TckCase("conv2d", "first-layer-without-bias", s -> bare().run(s)));
    cases.add(new TckCase("conv2d", LARGE.name(), s -> real(LARGE).run(s)));
  }

  private static Trial real(Row row) {
    return Trials.real(graph(row), row.batch(), row.batch());
  }

  private static Trial exact(Row row) {
    return Trials.exact(graph(row), row.batch(), row.batch());
  }

  /** A convolution before it, so that the gradient by its input shows. */
  private static Graph graph(Row row) {
    GraphBuilder builder = Networks.over(row.h(), row.w(), 2);
    Networks.conv(builder, "front", row.c(), 1);
    int[] k = {row.kh(), row.kw(), row.sh(), row.sw()};
    Networks.conv(builder, "conv", row.filters(), k, row.same());
    return Networks.head(builder, 3);
  }

  private static Trial bare() {
    GraphBuilder builder = Networks.over(6, 5, 3);
    Window window = Networks.square(builder, 3, 1, true);
    Networks.then(builder, "conv", new Op.Conv2d(7, window, false));
    return Trials.real(Networks.head(builder, 3), 4, 4);
  }
}
