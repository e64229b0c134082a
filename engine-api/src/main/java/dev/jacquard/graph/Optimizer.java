package dev.jacquard.graph;

import dev.jacquard.error.JacquardException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rule that turns gradients into updates, with Keras 3's formulas and defaults. The learning
 * rate comes with each step. A rule's state is one tensor per slot for each trainable parameter; it
 * starts at zero.
 */
public sealed interface Optimizer permits Optimizer.Moments, Optimizer.Sgd {

  /** The name that the state's tensors stand under, as a layer's parameters do under its name. */
  String STATE = "optimizer";

  /** Learning rates. */
  Interval RATES = Interval.above(0);

  /** Momentum, {@code beta_1} and {@code beta_2}: with 1 nothing of a gradient would count. */
  Interval MOMENTA = Interval.halfOpen(0, 1);

  /** What keeps a quotient from 0 / 0. */
  Interval EPSILONS = Interval.closed(1e-12, 1);

  /** Weight decays. */
  Interval DECAYS = Interval.atLeast(0);

  /** The name of a parameter's state tensor: {@code optimizer/m/conv2d/kernel}. */
  static String tensor(String slot, String parameter) {
    return STATE + "/" + slot + "/" + parameter;
  }

  /** Whether a session's tensor is an optimiser's state, not a parameter. */
  static boolean isState(String tensor) {
    return tensor.startsWith(STATE + "/");
  }

  /** Its name in network files: {@code Adam}. */
  String type();

  /** The rate when nothing else is said. */
  double learningRate();

  /**
   * Its other numbers and choices, {@code Double} or {@code Boolean}, by Keras's names in order.
   */
  Map<String, Object> settings();

  /** The same rule with another rate when nothing else is said. */
  Optimizer withLearningRate(double rate);

  /** The names of the state tensors that each parameter has. */
  List<String> slots();

  /** What the rate is multiplied by in step {@code t}, which counts from 1. */
  default double correction(long t) {
    return 1;
  }

  /** What share of the weights, times the rate, each step takes from them first. */
  default double weightDecay() {
    return 0;
  }

  /** Rules that keep running means of the gradients and of their squares. */
  sealed interface Moments extends Optimizer permits Adam, AdamW {
    /** What is kept of the gradients' mean. */
    double beta1();

    /** What is kept of their squares' mean. */
    double beta2();

    /** What is added to the root of the squares' mean. */
    double epsilon();

    @Override
    default Map<String, Object> settings() {
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put("beta_1", beta1());
      settings.put("beta_2", beta2());
      settings.put("epsilon", epsilon());
      return settings;
    }

    @Override
    default List<String> slots() {
      return List.of("m", "v");
    }

    @Override
    default double correction(long t) {
      return Math.sqrt(1 - Math.pow(beta2(), (double) t)) / (1 - Math.pow(beta1(), (double) t));
    }
  }

  /**
   * Adam (Kingma and Ba 2015) as Keras computes it: {@code w -= lr * sqrt(1 - beta2^t) / (1 -
   * beta1^t) * m / (sqrt(v) + epsilon)}, the correction in double, {@code t} from 1.
   */
  record Adam(double learningRate, double beta1, double beta2, double epsilon) implements Moments {
    /**
     * Checks the numbers.
     *
     * @throws JacquardException if one is outside its interval
     */
    public Adam {
      RATES.require("Adam: learning_rate", learningRate);
      MOMENTA.require("Adam: beta_1", beta1);
      MOMENTA.require("Adam: beta_2", beta2);
      EPSILONS.require("Adam: epsilon", epsilon);
    }

    /** Keras's defaults: 0.001, 0.9, 0.999, 1e-7. */
    public static Adam defaults() {
      return new Adam(0.001, 0.9, 0.999, 1e-7);
    }

    @Override
    public String type() {
      return "Adam";
    }

    @Override
    public Adam withLearningRate(double rate) {
      return new Adam(rate, beta1, beta2, epsilon);
    }
  }

  /**
   * Adam with decoupled decay (Loshchilov and Hutter 2019): first {@code w -= lr * weightDecay *
   * w}.
   */
  record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
      implements Moments {
    /**
     * Checks the numbers.
     *
     * @throws JacquardException if one is outside its interval
     */
    public AdamW {
      RATES.require("AdamW: learning_rate", learningRate);
      MOMENTA.require("AdamW: beta_1", beta1);
      MOMENTA.require("AdamW: beta_2", beta2);
      EPSILONS.require("AdamW: epsilon", epsilon);
      DECAYS.require("AdamW: weight_decay", weightDecay);
    }

    /** Keras's defaults: 0.001, 0.9, 0.999, 1e-7, 0.004. */
    public static AdamW defaults() {
      return new AdamW(0.001, 0.9, 0.999, 1e-7, 0.004);
    }

    @Override
    public String type() {
      return "AdamW";
    }

    @Override
    public Map<String, Object> settings() {
      Map<String, Object> settings = Moments.super.settings();
      settings.put("weight_decay", weightDecay);
      return settings;
    }

    @Override
    public AdamW withLearningRate(double rate) {
      return new AdamW(rate, beta1, beta2, epsilon, weightDecay);
    }
  }

  /**
   * Gradient descent. With momentum {@code m = momentum * m - lr * g} and {@code w += m}, or with
   * Nesterov's {@code w += momentum * m - lr * g}; without momentum {@code w -= lr * g} and no
   * state.
   */
  record Sgd(double learningRate, double momentum, boolean nesterov) implements Optimizer {
    /**
     * Checks the numbers.
     *
     * @throws JacquardException if one is outside its interval
     */
    public Sgd {
      RATES.require("SGD: learning_rate", learningRate);
      MOMENTA.require("SGD: momentum", momentum);
    }

    /** Keras's defaults: 0.01, no momentum. */
    public static Sgd defaults() {
      return new Sgd(0.01, 0, false);
    }

    @Override
    public String type() {
      return "SGD";
    }

    @Override
    public Map<String, Object> settings() {
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put("momentum", momentum);
      settings.put("nesterov", nesterov);
      return settings;
    }

    @Override
    public Sgd withLearningRate(double rate) {
      return new Sgd(rate, momentum, nesterov);
    }

    @Override
    public List<String> slots() {
      return momentum == 0 ? List.of() : List.of("momentum");
    }
  }
}
