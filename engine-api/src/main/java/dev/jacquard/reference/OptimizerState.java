package dev.jacquard.reference;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An optimiser's rule and its state: one array per slot for each trainable parameter, zero at
 * first.
 */
public final class OptimizerState {
  private final Optimizer optimizer;
  private final Map<String, double[]> slots = new LinkedHashMap<>();

  /** Fresh state for {@code graph}. */
  public OptimizerState(Optimizer optimizer, Graph graph) {
    this.optimizer = optimizer;
    for (String slot : optimizer.slots()) {
      for (Parameter parameter : graph.parameters()) {
        if (parameter.trainable()) {
          slots.put(
              Optimizer.tensor(slot, parameter.name()), new double[parameter.shape().elements()]);
        }
      }
    }
  }

  /** The rule that it belongs to. */
  Optimizer optimizer() {
    return optimizer;
  }

  /** All state by name; the arrays are not copies. */
  public Map<String, double[]> slots() {
    return slots;
  }

  /**
   * Updates a parameter.
   *
   * @param parameter its name
   * @param w its values, updated
   * @param g the loss's gradient by it
   * @param rate the step's learning rate
   * @param t the step's number, from 1
   */
  void update(String parameter, double[] w, double[] g, double rate, long t) {
    double decay = rate * optimizer.weightDecay();
    for (int i = 0; decay != 0 && i < w.length; i++) {
      w[i] -= decay * w[i];
    }
    if (optimizer instanceof Optimizer.Moments moments) {
      adam(moments, parameter, w, g, rate * optimizer.correction(t));
    } else {
      sgd((Optimizer.Sgd) optimizer, parameter, w, g, rate);
    }
  }

  private void adam(
      Optimizer.Moments rule, String parameter, double[] w, double[] g, double corrected) {
    double[] m = slots.get(Optimizer.tensor("m", parameter));
    double[] v = slots.get(Optimizer.tensor("v", parameter));
    for (int i = 0; i < w.length; i++) {
      m[i] = rule.beta1() * m[i] + (1 - rule.beta1()) * g[i];
      v[i] = rule.beta2() * v[i] + (1 - rule.beta2()) * g[i] * g[i];
      w[i] -= corrected * m[i] / (Math.sqrt(v[i]) + rule.epsilon());
    }
  }

  private void sgd(Optimizer.Sgd sgd, String parameter, double[] w, double[] g, double rate) {
    double[] m = slots.get(Optimizer.tensor("momentum", parameter));
    for (int i = 0; i < w.length; i++) {
      if (m == null) {
        w[i] -= rate * g[i];
      } else {
        m[i] = sgd.momentum() * m[i] - rate * g[i];
        w[i] += sgd.nesterov() ? sgd.momentum() * m[i] - rate * g[i] : m[i];
      }
    }
  }
}
