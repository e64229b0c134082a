package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import java.util.List;

/**
 * Maximum and average over windows and over whole images. Integers are full of ties, whose first
 * must win.
 */
final class PoolingCases {
  /** Height, width, channels; window height and width; strides; same padding. */
  private record Row(int h, int w, int c, int kh, int kw, int sh, int sw, boolean same) {
    String name() {
      return h
          + "x"
          + w
          + "x"
          + c
          + "-k"
          + kh
          + "x"
          + kw
          + "-s"
          + sh
          + "x"
          + sw
          + (same ? "-same" : "-valid");
    }
  }

  private static final List<Row> ROWS =
      List.of(
          new Row(1, 1, 3, 2, 2, 2, 2, true),
          new Row(4, 4, 8, 2, 2, 2, 2, false),
          new Row(7, 7, 16, 2, 2, 2, 2, true),
          new Row(5, 7, 5, 2, 2, 2, 2, false),
          new Row(7, 5, 11, 3, 3, 2, 2, true),
          new Row(6, 6, 3, 3, 3, 1, 1, true),
          new Row(8, 9, 4, 3, 2, 3, 1, false),
          new Row(31, 33, 1, 2, 2, 2, 2, true),
          new Row(5, 5, 17, 1, 1, 2, 2, true),
          new Row(5, 4, 7, 5, 4, 1, 1, false),
          new Row(4, 3, 65, 2, 2, 1, 1, true),
          new Row(9, 9, 2, 2, 2, 3, 3, true),
          new Row(11, 12, 3, 9, 10, 2, 2, true),
          new Row(3, 4, 2, 20, 30, 5, 5, true));

  private PoolingCases() {}

  static void addTo(List<TckCase> cases) {
    for (Row row : ROWS) {
      cases.add(new TckCase("maxpool", row.name(), s -> real(row, true).run(s)));
      cases.add(new TckCase("avgpool", row.name(), s -> real(row, false).run(s)));
      cases.add(
          new TckCase(
              "maxpool-exact",
              row.name(),
              s -> Trials.exact(graph(row, true), 4, 4).run(s, Tolerance.exact())));
    }
    for (int[] shape : List.of(new int[] {1, 1, 5}, new int[] {4, 8, 13}, new int[] {7, 7, 64})) {
      String name = shape[0] + "x" + shape[1] + "x" + shape[2];
      cases.add(new TckCase("global-avgpool", name, s -> Trials.real(global(shape), 4, 4).run(s)));
    }
    cases.add(
        new TckCase(
            "global-avgpool",
            "4x8x13-exact",
            s -> Trials.exact(global(4, 8, 13), 4, 4).run(s, Tolerance.exact())));
    Row halves = new Row(8, 4, 6, 2, 2, 2, 2, false);
    cases.add(
        new TckCase(
            "avgpool-exact",
            halves.name(),
            s -> Trials.exact(graph(halves, false), 4, 4).run(s, Tolerance.exact())));
  }

  private static Trial real(Row row, boolean max) {
    return Trials.real(graph(row, max), 4, 4);
  }

  private static Graph graph(Row row, boolean max) {
    GraphBuilder builder = Networks.over(row.h(), row.w(), 2);
    Networks.conv(builder, "front", row.c(), 1);
    Window window =
        Window.over(
            builder.shape(builder.last()), row.kh(), row.kw(), row.sh(), row.sw(), row.same());
    Networks.then(builder, "pool", max ? new Op.MaxPool(window) : new Op.AvgPool(window));
    return Networks.head(builder, 3);
  }

  private static Graph global(int... shape) {
    GraphBuilder builder = Networks.over(shape[0], shape[1], 2);
    Networks.conv(builder, "front", shape[2], 1);
    Networks.then(builder, "pool", new Op.GlobalAvgPool());
    return Networks.head(builder, 3);
  }
}
