package dev.jacquard.tck;

import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Op.Activation.Function;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The head: loss, hits and probabilities. */
final class LossCases {
  private LossCases() {}

  static void addTo(List<TckCase> cases) {
    for (float smoothing : new float[] {0.1f, 0.5f}) {
      cases.add(
          new TckCase(
              "loss",
              "label-smoothing-" + smoothing,
              s -> Trials.real(graph(smoothing), 8, 8).run(s)));
    }
    cases.add(new TckCase("loss", "many-classes", s -> Trials.real(many(), 16, 16).run(s)));
    cases.add(new TckCase("loss", "great-logits", LossCases::great));
    cases.add(new TckCase("loss", "hits-at-ties", LossCases::ties));
    cases.add(new TckCase("loss", "infinite-logit", s -> impossible(6).run(s)));
    cases.add(new TckCase("loss", "infinite-logit-of-a-label", s -> impossible(7).run(s)));
    cases.add(new TckCase("loss", "softmax-at-the-end", s -> Trials.real(softmax(), 8, 8).run(s)));
    cases.add(
        new TckCase(
            "loss",
            "without-a-last-dense",
            s -> Trials.real(Networks.over(5).build("loss", 0), 4, 4).run(s)));
    cases.add(new TckCase("loss", "pooled-logits", s -> Trials.real(pooled(), 4, 4).run(s)));
  }

  private static Graph graph(float smoothing) {
    GraphBuilder builder = Networks.over(6);
    Networks.then(builder, "dense", new Op.Dense(7, true));
    return Networks.head(builder, 5, smoothing);
  }

  /** More than a byte counts. */
  private static Graph many() {
    return Networks.head(Networks.over(6), 300, 0.1f);
  }

  /** Logits in the hundreds: their exponentials overflow fp32, their differences do not. */
  private static void great(Scene scene) {
    Trial trial = Trials.real(graph(0), 8, 8);
    Map<String, Tensor> weights =
        biased(
            trial,
            bias -> {
              for (int i = 0; i < bias.length; i++) {
                bias[i] += 300;
              }
            });
    // The logits' own rounding, 2^-24 of 300, is an error of the probabilities.
    new Trial(trial.graph(), trial.data(), 8, weights).run(scene, Tolerance.relative(1e-4));
  }

  /** Of the greatest logits the first is the answer, so that of classes 1 and 3 the 1 is hit. */
  private static void ties(Scene scene) {
    Trial trial = Trials.real(Networks.head(Networks.over(6), 5), 10, 10);
    int[] labels = {0, 1, 1, 1, 2, 2, 3, 4, 4, 0};
    Map<String, Tensor> weights =
        biased(
            trial,
            bias -> {
              Arrays.fill(bias, 0);
              bias[1] = 1;
              bias[3] = 1;
            });
    weights.computeIfPresent(Networks.HEAD + "/kernel", (name, w) -> Tensor.zeros(w.shape()));
    DataSet data = Values.floats(trial.data().sample(), trial.data().floats(), labels, 5);
    Trial tied = new Trial(trial.graph(), data, 10, weights);
    try (Session session = tied.open(scene, true);
        ResidentData resident = session.upload(data);
        Trainer trainer = session.trainer(10, Optimizer.Sgd.defaults())) {
      int hits = new Course(tied, 1, step -> 0.01).train(trainer, resident, 1).hits()[0];
      scene.require(hits == 3, "of ties expected the 3 hits of the first, received " + hits);
    }
  }

  /**
   * A class whose logit is negative infinity. It leaves the losses of other classes' samples as
   * they are, as 0 times a logit is left out; a sample of its own has an infinite loss. Its
   * probability is 0 and all gradients are numbers.
   *
   * @param labelled how many of the 7 classes, the impossible one being the last, have samples
   */
  private static Trial impossible(int labelled) {
    GraphBuilder builder = Networks.over(6);
    Networks.then(builder, "dense", new Op.Dense(9, true));
    Trial trial = Trials.real(Networks.head(builder, 7), 8, 8);
    int[] labels = new int[8];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % labelled;
    }
    DataSet data = trial.data();
    return new Trial(
        trial.graph(),
        Values.floats(data.sample(), data.floats(), labels, 7),
        8,
        biased(trial, bias -> bias[6] = Float.NEGATIVE_INFINITY));
  }

  /** A trial's weights, but for the last layer's bias. */
  private static Map<String, Tensor> biased(Trial trial, Consumer<float[]> change) {
    Map<String, Tensor> weights = new LinkedHashMap<>(trial.weights());
    Tensor bias = weights.get(Networks.HEAD + "/bias");
    float[] values = bias.values().clone();
    change.accept(values);
    weights.put(Networks.HEAD + "/bias", Tensor.of(bias.shape(), values));
    return weights;
  }

  /** The loss takes the place of a softmax; it does not come on top. */
  private static Graph softmax() {
    GraphBuilder builder = Networks.over(6);
    Networks.then(builder, Networks.HEAD, new Op.Dense(5, true));
    Networks.then(builder, "softmax", new Op.Activation(Function.SOFTMAX, 0));
    return builder.build("loss", 0);
  }

  private static Graph pooled() {
    GraphBuilder builder = Networks.over(5, 6, 3);
    Networks.conv(builder, "conv", 10, 3);
    Networks.then(builder, "pool", new Op.GlobalAvgPool());
    return builder.build("loss", 0);
  }
}
