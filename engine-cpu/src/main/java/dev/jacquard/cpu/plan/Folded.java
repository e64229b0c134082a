package dev.jacquard.cpu.plan;

import dev.jacquard.graph.Chain;
import dev.jacquard.graph.Node;
import java.util.HashMap;
import java.util.Map;

/**
 * The parameters as inference wants them: normalisations folded into the weights and biases before
 * them. A copy, made anew when the session's parameters have changed.
 */
final class Folded {
  private final Blueprint blueprint;
  private final float[] weights;
  private final Map<Integer, float[]> biases = new HashMap<>();
  private final Map<Integer, WinogradWeights> transformed = new HashMap<>();
  private final Map<Integer, Norm> folded = new HashMap<>();
  private final Map<Integer, Norm> standing = new HashMap<>();

  Folded(Blueprint blueprint, Arena arena) {
    this.blueprint = blueprint;
    this.weights = arena.vectors(blueprint.floats(), "folded weights");
    for (Blueprint.Block block : blueprint.blocks()) {
      LinearShape linear = blueprint.linear(block.node().id());
      if (linear != null) {
        biases.put(block.node().id(), arena.floats(linear.out().physical(), "folded biases"));
        WinogradWeights winograd = WinogradStages.weights(blueprint, block.node(), 1, arena);
        if (winograd != null) {
          transformed.put(block.node().id(), winograd);
        }
      } else if (block.chain() != null && block.chain().norm() != null) {
        Chain chain = block.chain();
        Norm norm =
            new Norm(blueprint, chain.norm(), blueprint.value(chain.input()).physical(), arena);
        if (blueprint.normalised(chain.input())) {
          folded.put(chain.input(), norm);
        } else {
          standing.put(chain.norm().id(), norm);
        }
      }
    }
  }

  float[] weights() {
    return weights;
  }

  /** The weights as Winograd's algorithm wants them; null for an op that is computed directly. */
  WinogradWeights transformed(int node) {
    return transformed.get(node);
  }

  /** The bias of a linear op, with what is folded into it. */
  float[] bias(int node) {
    return biases.get(node);
  }

  /** The coefficients of a chain's normalisation; null if it has none or it is folded. */
  float[] coefficients(Chain chain) {
    Norm norm = chain.norm() == null ? null : standing.get(chain.norm().id());
    return norm == null ? null : norm.coefficients();
  }

  /** Takes over the parameters as they are now. */
  void refresh(float[] state) {
    System.arraycopy(state, 0, weights, 0, weights.length);
    standing.values().forEach(norm -> norm.byMoving(state));
    biases.forEach((id, bias) -> fold(blueprint.graph().node(id), bias, state));
    transformed.forEach(this::transform);
  }

  private void transform(int node, WinogradWeights to) {
    LinearShape shape = blueprint.linear(node);
    int at = blueprint.place(blueprint.graph().node(node).name() + "/kernel").at();
    for (int panel = 0; panel < to.panels(); panel++) {
      to.transform(panel, weights, at + panel * shape.panelRows() * shape.width(), 0);
    }
  }

  private void fold(Node node, float[] bias, float[] state) {
    boolean biased = node.parameters().size() > 1;
    int biasAt = biased ? blueprint.place(node.name() + "/bias").at() : 0;
    Norm norm = folded.get(node.id());
    LinearShape shape = blueprint.linear(node.id());
    for (int c = 0; c < shape.out().channels(); c++) {
      double own = biased ? state[biasAt + c] : 0;
      bias[c] = (float) (norm == null ? own : norm.foldedShift(state, c, own));
      if (norm != null) {
        scale(shape, blueprint.place(node.name() + "/kernel").at(), c, norm.foldedGain(state, c));
      }
    }
  }

  private void scale(LinearShape shape, int at, int c, double gain) {
    int width = shape.width();
    int first = at + c / width * shape.panelRows() * width + c % width;
    for (int row = 0; row < shape.rows(); row++) {
      weights[first + row * width] = (float) (weights[first + row * width] * gain);
    }
  }
}
