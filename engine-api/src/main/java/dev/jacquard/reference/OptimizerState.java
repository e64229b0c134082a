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
    if (optimizer instanceof Optimizer.Sgd sgd) {
      sgd(sgd, parameter, w, g, rate);
    } else if (optimizer instanceof Optimizer.Adam adam) {
      adam(adam, parameter, w, g, rate, t);
    } else if (optimizer instanceof Optimizer.AdamW decayed) {
      for (int i = 0; i < w.length; i++) {
        w[i] -= rate * decayed.weightDecay() * w[i];
      }
      Optimizer.Adam adam =
          new Optimizer.Adam(
              decayed.learningRate(), decayed.beta1(), decayed.beta2(), decayed.epsilon());
      adam(adam, parameter, w, g, rate, t);
    }
  }

  private void adam(
      Optimizer.Adam adam, String parameter, double[] w, double[] g, double rate, long t) {
    double[] m = slots.get(Optimizer.tensor("m", parameter));
    double[] v = slots.get(Optimizer.tensor("v", parameter));
    double correction =
        Math.sqrt(1 - Math.pow(adam.beta2(), (double) t))
            / (1 - Math.pow(adam.beta1(), (double) t));
    for (int i = 0; i < w.length; i++) {
      m[i] = adam.beta1() * m[i] + (1 - adam.beta1()) * g[i];
      v[i] = adam.beta2() * v[i] + (1 - adam.beta2()) * g[i] * g[i];
      w[i] -= rate * correction * m[i] / (Math.sqrt(v[i]) + adam.epsilon());
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
