package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Op.Activation.Function;
import dev.jacquard.graph.Window;
import java.util.List;

/** Graphs that are no chains: fan-out, sums, nodes that are taken twice. */
final class GraphCases {
  private GraphCases() {}

  static void addTo(List<TckCase> cases) {
    add(cases, "residual", residual(true, Function.RELU));
    add(cases, "residual-without-norm", residual(false, Function.LEAKY_RELU));
    add(cases, "residual-tanh", residual(true, Function.TANH));
    add(cases, "add-a-node-to-itself", twice());
    add(cases, "add-three", three());
    add(cases, "input-taken-twice", inputTwice());
    add(cases, "input-pooled-beside-a-conv", inputPooled());
    add(cases, "two-convs-of-the-input", inputConvolvedTwice());
    add(cases, "branches-of-one-conv", branches());
    add(cases, "pool-beside-conv", beside());
    add(cases, "skip-over-everything", skip());
    add(cases, "flatten-early", flat());
    cases.add(
        new TckCase(
            "graph",
            "residual-exact",
            s -> Trials.exact(residual(false, Function.RELU), 4, 4, 1).run(s, Tolerance.exact())));
    cases.add(
        new TckCase(
            "graph",
            "add-a-node-to-itself-exact",
            s -> Trials.exact(twice(), 4, 4).run(s, Tolerance.exact())));
    cases.add(
        new TckCase(
            "graph",
            "input-taken-twice-exact",
            s -> Trials.exact(inputTwice(), 4, 4).run(s, Tolerance.exact())));
  }

  private static void add(List<TckCase> cases, String name, Graph graph) {
    cases.add(new TckCase("graph", name, s -> Trials.real(graph, 4, 4).run(s)));
  }

  static Graph residual(boolean norm, Function function) {
    GraphBuilder builder = Networks.over(6, 5, 3);
    Networks.conv(builder, "stem", 8, 3);
    int stem = builder.last();
    Networks.conv(builder, "conv", 8, 3);
    if (norm) {
      Networks.then(builder, "norm", Networks.NORM);
    }
    float slope = function == Function.LEAKY_RELU ? 0.125f : 0;
    Networks.then(builder, "inside", new Op.Activation(function, slope));
    Networks.conv(builder, "conv2", 8, 3);
    int end = builder.last();
    builder.add("add", new Op.Add(), end, stem);
    Networks.then(builder, "outside", new Op.Activation(function, slope));
    return Networks.head(builder, 3);
  }

  private static Graph twice() {
    GraphBuilder builder = Networks.over(4, 3, 2);
    Networks.conv(builder, "conv", 5, 3);
    builder.add("add", new Op.Add(), builder.last(), builder.last());
    return Networks.head(builder, 3);
  }

  private static Graph three() {
    GraphBuilder builder = Networks.over(7);
    int[] ends = new int[3];
    for (int i = 0; i < 3; i++) {
      ends[i] = builder.add("dense" + i, new Op.Dense(9, true), 0);
    }
    builder.add("add", new Op.Add(), ends);
    return Networks.head(builder, 3);
  }

  private static Graph inputTwice() {
    GraphBuilder builder = Networks.over(5, 5, 3);
    Networks.conv(builder, "conv", 3, 3);
    builder.add("add", new Op.Add(), 0, builder.last());
    return Networks.head(builder, 3);
  }

  private static Graph inputPooled() {
    GraphBuilder builder = Networks.over(6, 7, 1);
    builder.add("conv", new Op.Conv2d(4, Networks.square(builder, 1, 1, true), true), 0);
    Networks.then(builder, "norm", Networks.NORM);
    Networks.maxPool(builder, "pool");
    int end = builder.last();
    Op.MaxPool pool = new Op.MaxPool(Window.over(builder.shape(0), 2, 2, 2, 2, true));
    int pooled = builder.add("pool2", pool, 0);
    builder.add(
        "widen",
        new Op.Conv2d(4, Window.over(builder.shape(pooled), 1, 1, 1, 1, true), false),
        pooled);
    builder.add("add", new Op.Add(), end, builder.last());
    return Networks.head(builder, 3);
  }

  private static Graph inputConvolvedTwice() {
    GraphBuilder builder = Networks.over(7, 6, 1);
    int[] ends = new int[2];
    for (int i = 0; i < 2; i++) {
      Window window = Window.over(builder.shape(0), 3 - i, 3 - i, 1, 1, true);
      builder.add("conv" + i, new Op.Conv2d(5, window, i == 0), 0);
      Networks.then(builder, "norm" + i, Networks.NORM);
      Networks.then(builder, "leaky" + i, Networks.LEAKY);
      Networks.maxPool(builder, "pool" + i);
      ends[i] = builder.last();
    }
    builder.add("add", new Op.Add(), ends);
    return Networks.head(builder, 3);
  }

  private static Graph branches() {
    GraphBuilder builder = Networks.over(6, 6, 2);
    Networks.conv(builder, "stem", 6, 3);
    int stem = builder.last();
    int relu = builder.add("relu", Networks.RELU, stem);
    int tanh = builder.add("tanh", new Op.Activation(Function.TANH, 0), stem);
    int norm = builder.add("norm", Networks.NORM, stem);
    builder.add("add", new Op.Add(), relu, tanh, norm, stem);
    return Networks.head(builder, 3);
  }

  private static Graph beside() {
    GraphBuilder builder = Networks.over(6, 7, 2);
    Networks.conv(builder, "stem", 5, 3);
    int stem = builder.last();
    Networks.maxPool(builder, "pool");
    int pool = builder.last();
    Op.AvgPool mean = new Op.AvgPool(Networks.square(builder, 1, 1, true));
    int average = builder.add("average", mean, pool);
    Op.MaxPool again = new Op.MaxPool(Window.over(builder.shape(stem), 2, 2, 2, 2, true));
    int other = builder.add("pool2", again, stem);
    builder.add("add", new Op.Add(), average, other);
    return Networks.head(builder, 3);
  }

  private static Graph skip() {
    GraphBuilder builder = Networks.over(6, 6, 4);
    Networks.conv(builder, "conv", 4, 3);
    Networks.then(builder, "norm", Networks.NORM);
    Networks.then(builder, "leaky", Networks.LEAKY);
    Networks.then(builder, "dropout", new Op.Dropout(0.25));
    int dropped = builder.last();
    builder.add("add", new Op.Add(), dropped, 0);
    Networks.maxPool(builder, "pool");
    return Networks.head(builder, 3);
  }

  private static Graph flat() {
    GraphBuilder builder = Networks.over(3, 4, 2);
    Networks.then(builder, "flatten", new Op.Flatten());
    Networks.then(builder, "norm", Networks.NORM);
    Networks.then(builder, "flatten2", new Op.Flatten());
    Networks.then(builder, "dropout", new Op.Dropout(0.5));
    return Networks.head(builder, 3);
  }
}
