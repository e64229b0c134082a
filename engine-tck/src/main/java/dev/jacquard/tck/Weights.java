package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Parameter;
import dev.jacquard.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values of parameters for tests: none is 0 or 1, so that one that is forgotten is seen. */
final class Weights {
  /**
   * What the head's last class is ahead by in exact cases; every {@code exp} but its own
   * underflows.
   */
  private static final float AHEAD = 1 << 17;

  private Weights() {}

  /** Numbers as a trained network might have; TF32 does not round its kernels. */
  static Map<String, Tensor> real(Graph graph, long seed) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    Map<String, Tensor> initial = graph.initialValues(seed);
    long stream = seed << 20;
    for (Parameter parameter : graph.parameters()) {
      stream++;
      int count = parameter.shape().elements();
      float[] values;
      switch (parameter.role()) {
        case "kernel" -> values = Values.coarse(initial.get(parameter.name()).values());
        case "gamma", "moving_variance" -> values = Values.uniform(stream, count, 0.5, 1.5);
        default -> values = Values.uniform(stream, count, -0.5, 0.5);
      }
      weights.put(parameter.name(), Tensor.of(parameter.shape(), values));
    }
    return weights;
  }

  /** A tensor, each number times {@code factor}. */
  static Tensor times(Tensor tensor, float factor) {
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return Tensor.of(tensor.shape(), values);
  }

  /**
   * Small integers, and a bias of the head that puts its last class so far ahead that its
   * probability is 1 and every other's is 0. Then the gradient of a logit is 0 or 1 over the batch
   * size, the loss is the difference of two logits, and everything that is linear between small
   * integers can be told to the last bit.
   */
  static Map<String, Tensor> integers(Graph graph, long seed, int limit) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    long stream = seed << 20;
    for (Parameter parameter : graph.parameters()) {
      float[] values = Values.integers(++stream, parameter.shape().elements(), limit);
      if (parameter.name().equals(Networks.HEAD + "/bias")) {
        values[values.length - 1] = AHEAD;
      }
      weights.put(parameter.name(), Tensor.of(parameter.shape(), values));
    }
    return weights;
  }
}
