package dev.jacquard.tck;

import dev.jacquard.backend.Session;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import java.util.List;

/** Batch norm: batch statistics in training, moving ones in inference, both variances biased. */
final class NormalizationCases {
  private NormalizationCases() {}

  static void addTo(List<TckCase> cases) {
    for (int[] shape :
        List.of(
            new int[] {1, 1, 3},
            new int[] {5, 7, 11},
            new int[] {7, 7, 64},
            new int[] {33, 3, 17})) {
      String name = shape[0] + "x" + shape[1] + "x" + shape[2];
      cases.add(add(name, image(shape, Networks.NORM), 4));
    }
    cases.add(add("vector-of-13", vector(13), 8));
    cases.add(add("vector-of-128", vector(128), 5));
    cases.add(add("batch-of-1", image(new int[] {4, 5, 3}, Networks.NORM), 1));
    // Every x is its own mean; what is left is rounding, which 1 / sqrt(epsilon) makes greater.
    cases.add(
        new TckCase(
            "batchnorm",
            "vector-batch-of-1",
            s -> Trials.real(vector(7), 1, 1).run(s, Tolerance.relative(1e-4))));
    for (boolean center : new boolean[] {false, true}) {
      String name = center ? "without-scale" : "without-center";
      Op.BatchNorm op = new Op.BatchNorm(0.75f, 1e-2f, center, !center);
      cases.add(add(name, image(new int[] {4, 5, 6}, op), 4));
    }
    Op.BatchNorm plain = new Op.BatchNorm(0.99f, 1e-3f, false, false);
    cases.add(add("without-both", image(new int[] {4, 5, 6}, plain), 4));
    cases.add(add("before-any-weight", first(), 4));
    cases.add(new TckCase("batchnorm", "far-from-zero", NormalizationCases::farFromZero));
    cases.add(new TckCase("batchnorm", "bias-before-it-has-no-gradient", NormalizationCases::bias));
  }

  private static TckCase add(String name, Graph graph, int batch) {
    return new TckCase("batchnorm", name, s -> Trials.real(graph, batch, batch).run(s));
  }

  private static Graph image(int[] shape, Op.BatchNorm op) {
    GraphBuilder builder = Networks.over(shape[0], shape[1], 2);
    Networks.conv(builder, "front", shape[2], 1);
    Networks.then(builder, "norm", op);
    return Networks.head(builder, 3);
  }

  private static Graph vector(int units) {
    GraphBuilder builder = Networks.over(3);
    Networks.then(builder, "front", new Op.Dense(units, true));
    Networks.then(builder, "norm", Networks.NORM);
    return Networks.head(builder, 3);
  }

  private static Graph first() {
    GraphBuilder builder = Networks.over(5, 4, 3);
    Networks.then(builder, "norm", Networks.NORM);
    return Networks.head(builder, 3);
  }

  /**
   * With a mean of a thousand and a deviation below one, a sum of squares minus a squared sum would
   * have no digit left. What the input's own rounding costs is part of the numbers: the samples are
   * fp32.
   */
  private static void farFromZero(Scene scene) {
    Graph graph = first();
    Trial near = Trials.real(graph, 8, 8);
    float[] values = near.data().floats().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += 1000;
    }
    DataSet far = Values.floats(near.data().sample(), values, near.data().labels(), 3);
    Trial trial = new Trial(graph, far, 8, near.weights());
    try (Session session = trial.open(scene, true)) {
      trial.gradients(scene, session, 8, Tolerance.relative(1e-3));
    }
  }

  private static void bias(Scene scene) {
    GraphBuilder builder = Networks.over(5, 4, 3);
    Networks.conv(builder, "conv", 7, 3);
    Networks.then(builder, "norm", Networks.NORM);
    Networks.then(builder, "flatten", new Op.Flatten());
    Networks.then(builder, "dense", new Op.Dense(9, true));
    Networks.then(builder, "norm2", Networks.NORM);
    Trial trial = Trials.real(Networks.head(builder, 3), 8, 8);
    trial.run(scene);
    for (Measurement measurement : scene.measurements()) {
      boolean under = measurement.tensor().matches("(conv|dense)/bias");
      scene.require(
          !under || measurement.error() == 0,
          measurement.tensor()
              + ": expected a gradient of exactly 0, received "
              + measurement.error());
    }
  }
}
