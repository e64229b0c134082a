package dev.jacquard.tck;

import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Op.Activation.Function;
import dev.jacquard.graph.Optimizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One NaN in one sample must reach that sample's loss, and no other's: no op swallows it. */
final class NanCases {
  private static final int POISONED = 2;
  private static final int SIDE = 4;
  private static final int CHANNELS = 3;

  /** An element of a sample. */
  private static final int MIDDLE = SIDE * SIDE * CHANNELS / 2;

  private NanCases() {}

  static void addTo(List<TckCase> cases) {
    cases.add(new TckCase("nan", "maxpool", NanCases::pool));
    for (Function function : Function.values()) {
      add(
          cases,
          function.name().toLowerCase(Locale.ROOT).replace('_', '-'),
          new Op.Activation(function, function == Function.LEAKY_RELU ? 0.1f : 0));
    }
    add(cases, "batchnorm", Networks.NORM);
    add(cases, "global-avgpool", new Op.GlobalAvgPool());
    cases.add(new TckCase("nan", "fused-block", s -> predict(s, block(), MIDDLE)));
    cases.add(new TckCase("nan", "training-loss", s -> train(s, block())));
    cases.add(new TckCase("nan", "training-loss-without-a-norm", s -> train(s, plain())));
  }

  private static void add(List<TckCase> cases, String name, Op op) {
    cases.add(
        new TckCase(
            "nan",
            name,
            s -> {
              GraphBuilder builder = Networks.over(SIDE, SIDE, CHANNELS);
              Networks.then(builder, "op", op);
              predict(s, Networks.head(builder, 3), MIDDLE);
            }));
  }

  /** At each position of a window: a maximum that begins with the first would keep it there. */
  private static void pool(Scene scene) {
    GraphBuilder builder = Networks.over(SIDE, SIDE, CHANNELS);
    Networks.maxPool(builder, "op");
    Graph graph = Networks.head(builder, 3);
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 2; column++) {
        predict(scene, graph, (row * SIDE + column) * CHANNELS);
      }
    }
  }

  private static Graph block() {
    GraphBuilder builder = Networks.over(SIDE, SIDE, CHANNELS);
    Networks.conv(builder, "conv", 5, 3);
    Networks.then(builder, "norm", Networks.NORM);
    Networks.then(builder, "relu", Networks.RELU);
    Networks.maxPool(builder, "pool");
    return Networks.head(builder, 3);
  }

  /** Without a norm it is the weights that carry the NaN to the next step. */
  private static Graph plain() {
    GraphBuilder builder = Networks.over(SIDE, SIDE, CHANNELS);
    Networks.conv(builder, "conv", 5, 3);
    Networks.then(builder, "relu", Networks.RELU);
    return Networks.head(builder, 3);
  }

  private static Trial poisoned(Graph graph, int element) {
    Trial clean = Trials.real(graph, 4, 4);
    float[] values = clean.data().floats().clone();
    int elements = clean.data().sample().elements();
    values[POISONED * elements + element] = Float.NaN;
    DataSet data =
        Values.floats(clean.data().sample(), values, clean.data().labels(), graph.classes());
    return new Trial(graph, data, 4, clean.weights());
  }

  private static void predict(Scene scene, Graph graph, int element) {
    Trial trial = poisoned(graph, element);
    float[] probabilities = new float[4 * graph.classes()];
    float[] losses = new float[4];
    try (Session session = trial.open(scene, true);
        ResidentData data = session.upload(trial.data());
        Predictor predictor = session.predictor(4)) {
      predictor.predict(data, 0, 4, probabilities, losses);
    }
    for (int n = 0; n < 4; n++) {
      boolean expected = n == POISONED;
      scene.require(
          Float.isNaN(losses[n]) == expected,
          "sample "
              + n
              + ": expected a loss that is "
              + (expected ? "NaN" : "a number")
              + ", received "
              + losses[n]);
    }
  }

  private static void train(Scene scene, Graph graph) {
    Trial trial = poisoned(graph, MIDDLE);
    try (Session session = trial.open(scene, true);
        ResidentData data = session.upload(trial.data());
        Trainer trainer = session.trainer(4, Optimizer.Adam.defaults())) {
      Course.Outcome outcome = new Course(trial, 2, step -> 0.01).train(trainer, data, 2);
      scene.require(
          Float.isNaN(outcome.losses()[0]) && Float.isNaN(outcome.losses()[1]),
          "expected a loss of NaN from the first step on, received "
              + Arrays.toString(outcome.losses()));
    }
  }
}
