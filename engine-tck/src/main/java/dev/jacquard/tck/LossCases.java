package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Op.Activation.Function;
import dev.jacquard.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    Map<String, Tensor> weights = new LinkedHashMap<>(trial.weights());
    Tensor bias = weights.get(Networks.HEAD + "/bias");
    float[] values = bias.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += 300;
    }
    weights.put(Networks.HEAD + "/bias", Tensor.of(bias.shape(), values));
    // The logits' own rounding, 2^-24 of 300, is an error of the probabilities.
    new Trial(trial.graph(), trial.data(), 8, weights).run(scene, Tolerance.relative(1e-4));
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
