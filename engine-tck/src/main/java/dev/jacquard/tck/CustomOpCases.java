package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import java.util.List;

/** Ops that bring their own definition, with and without weights, wherever they stand. */
final class CustomOpCases {
  private CustomOpCases() {}

  static void addTo(List<TckCase> cases) {
    add(cases, "with-weights-in-the-middle", middle());
    add(cases, "first", first());
    add(cases, "last", last());
    add(cases, "of-another-shape", squash());
    add(cases, "of-two-inputs", product(false));
    add(cases, "of-one-input-twice", product(true));
    cases.add(
        new TckCase(
            "custom-op",
            "of-two-inputs-exact",
            s -> Trials.exact(product(false), 4, 4, 1).run(s, Tolerance.exact())));
  }

  private static void add(List<TckCase> cases, String name, Graph graph) {
    cases.add(new TckCase("custom-op", name, s -> Trials.real(graph, 4, 6).run(s)));
  }

  private static void swish(GraphBuilder builder) {
    Networks.then(builder, "swish", new Swish(builder.shape(builder.last()).elements()));
  }

  private static Graph middle() {
    GraphBuilder builder = Networks.over(5, 6, 3);
    Networks.conv(builder, "conv", 7, 3);
    Networks.then(builder, "norm", Networks.NORM);
    swish(builder);
    Networks.then(builder, "dropout", new Op.Dropout(0.25));
    Networks.maxPool(builder, "pool");
    Networks.conv(builder, "conv2", 4, 3);
    return Networks.head(builder, 3);
  }

  private static Graph first() {
    GraphBuilder builder = Networks.over(4, 4, 3);
    swish(builder);
    Networks.conv(builder, "conv", 4, 3);
    return Networks.head(builder, 3);
  }

  private static Graph last() {
    GraphBuilder builder = Networks.over(9);
    Networks.then(builder, "dense", new Op.Dense(5, true));
    swish(builder);
    return builder.build("loss", 0);
  }

  private static Graph squash() {
    GraphBuilder builder = Networks.over(5, 4, 3);
    Networks.conv(builder, "conv", 6, 3);
    Networks.then(builder, "squash", new Squash(builder.shape(builder.last()), 1.5));
    return Networks.head(builder, 4);
  }

  private static Graph product(boolean same) {
    GraphBuilder builder = Networks.over(4, 5, 2);
    Networks.conv(builder, "left", 3, 3);
    int left = builder.last();
    int right = left;
    if (!same) {
      Networks.conv(builder, "right", 3, 1);
      right = builder.last();
    }
    builder.add("product", new Product(builder.shape(left).elements()), left, right);
    return Networks.head(builder, 3);
  }
}
