package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Op.Activation.Function;
import dev.jacquard.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Element-wise functions, and softmax inside a network. */
final class ActivationCases {
  /** A power of 2, so that numbers keep their bits. */
  private static final float STEEP = 256;

  private ActivationCases() {}

  static void addTo(List<TckCase> cases) {
    for (Function function : Function.values()) {
      String name = function.name().toLowerCase(Locale.ROOT).replace('_', '-');
      Op.Activation op = new Op.Activation(function, function == Function.LEAKY_RELU ? 0.3f : 0);
      cases.add(
          new TckCase("activation", name + "-image", s -> Trials.real(image(op), 4, 4).run(s)));
      cases.add(
          new TckCase(
              "activation", name + "-vector", s -> Trials.real(vector(op, 13), 8, 8).run(s)));
    }
    Op.Activation steep = new Op.Activation(Function.TANH, 0);
    cases.add(
        new TckCase(
            "activation", "tanh-vector-of-65", s -> Trials.real(vector(steep, 65), 2, 2).run(s)));
    for (Function function : List.of(Function.SIGMOID, Function.TANH, Function.SOFTMAX)) {
      cases.add(
          new TckCase(
              "activation",
              function.name().toLowerCase(Locale.ROOT) + "-saturated",
              s -> saturated(s, new Op.Activation(function, 0))));
    }
    // Integers meet 0, where the derivatives are 0 and the slope.
    cases.add(exact("relu", Networks.RELU));
    cases.add(exact("leaky-relu", Networks.LEAKY));
  }

  private static TckCase exact(String name, Op.Activation op) {
    return new TckCase(
        "activation-exact", name, s -> Trials.exact(image(op), 4, 4).run(s, Tolerance.exact()));
  }

  /**
   * Inputs in the hundreds, whose exponentials fp32 does not hold: values and slopes are limits.
   */
  private static void saturated(Scene scene, Op.Activation op) {
    Trial trial = Trials.real(vector(op, 13), 8, 8);
    Map<String, Tensor> weights = new LinkedHashMap<>(trial.weights());
    weights.replaceAll(
        (name, value) -> name.startsWith("front/") ? Weights.times(value, STEEP) : value);
    // What is rounded of a hundred is an error of what is between the limits.
    new Trial(trial.graph(), trial.data(), 8, weights).run(scene, Tolerance.relative(1e-3));
  }

  private static Graph image(Op.Activation op) {
    GraphBuilder builder = Networks.over(5, 7, 2);
    Networks.conv(builder, "front", 11, 1);
    Networks.then(builder, "activation", op);
    return Networks.head(builder, 3);
  }

  private static Graph vector(Op.Activation op, int units) {
    GraphBuilder builder = Networks.over(3);
    Networks.then(builder, "front", new Op.Dense(units, true));
    Networks.then(builder, "activation", op);
    return Networks.head(builder, 3);
  }
}
