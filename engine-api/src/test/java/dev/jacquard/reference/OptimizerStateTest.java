package dev.jacquard.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Shape;
import org.junit.jupiter.api.Test;

/**
 * Each rule by numbers worked out by hand, two steps with gradients 2 and -1 at rates 0.1 and 0.2.
 */
class OptimizerStateTest {
  private static final double NEAR = 1e-12;
  private static final String NAME = "dense/kernel";

  private static Graph graph() {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(1));
    builder.add("dense", new Op.Dense(1, false), 0);
    return builder.build("loss", 0);
  }

  private static double twoSteps(OptimizerState state) {
    double[] w = {1};
    state.update(NAME, w, new double[] {2}, 0.1, 1);
    state.update(NAME, w, new double[] {-1}, 0.2, 2);
    return w[0];
  }

  @Test
  void sgd() {
    OptimizerState state = new OptimizerState(new Optimizer.Sgd(0.1, 0, false), graph());
    assertEquals(1 - 0.2 + 0.2, twoSteps(state), NEAR);
    assertTrue(state.slots().isEmpty());
  }

  @Test
  void momentum() {
    OptimizerState state = new OptimizerState(new Optimizer.Sgd(0.1, 0.5, false), graph());
    // m: -0.2, then -0.1 + 0.2.
    assertEquals(1 - 0.2 + 0.1, twoSteps(state), NEAR);
    assertEquals(0.1, state.slots().get("optimizer/momentum/" + NAME)[0], NEAR);
  }

  @Test
  void nesterov() {
    OptimizerState state = new OptimizerState(new Optimizer.Sgd(0.1, 0.5, true), graph());
    // 0.5 * -0.2 - 0.2, then 0.5 * 0.1 + 0.2.
    assertEquals(1 - 0.3 + 0.25, twoSteps(state), NEAR);
  }

  @Test
  void adam() {
    OptimizerState state = new OptimizerState(new Optimizer.Adam(0.1, 0.5, 0.75, 1e-12), graph());
    // m: 1, then 0. v: 1, then 1. The first step is the rate times the sign, the second has m = 0.
    assertEquals(1 - 0.1, twoSteps(state), NEAR);
    assertEquals(0, state.slots().get("optimizer/m/" + NAME)[0], NEAR);
    assertEquals(1, state.slots().get("optimizer/v/" + NAME)[0], NEAR);
  }

  @Test
  void epsilonIsOutsideTheRootAndUncorrected() {
    OptimizerState state = new OptimizerState(new Optimizer.Adam(0.1, 0.5, 0.75, 1), graph());
    double[] w = {1};
    state.update(NAME, w, new double[] {2}, 0.1, 1);
    // m = v = 1 and the correction is sqrt(1/4) / (1/2) = 1.
    assertEquals(1 - 0.1 * 1 / (1 + 1), w[0], NEAR);
  }

  @Test
  void decayComesFirst() {
    Optimizer rule = new Optimizer.AdamW(0.1, 0.5, 0.75, 1e-12, 0.5);
    OptimizerState state = new OptimizerState(rule, graph());
    // 1 - 0.1 * 0.5 - 0.1, then a decay of 0.2 * 0.5 and no step.
    assertEquals((1 - 0.05 - 0.1) * 0.9, twoSteps(state), NEAR);
  }
}
