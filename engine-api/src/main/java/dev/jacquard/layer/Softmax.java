package dev.jacquard.layer;

import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * Turns scores into probabilities: positive numbers that sum to 1 over the last axis.
 *
 * <pre>{@code
 * y[c] = exp(x[c]) / sum over k of exp(x[k])
 * }</pre>
 *
 * <p>Input of any shape; output of the same.
 *
 * <pre>{@code
 * {"type": "Softmax"}    [10] -> [10]
 * }</pre>
 */
public record Softmax() implements Layer {
  static final String TYPE = "Softmax";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return InputShapes.only(inputs);
  }

  @Override
  public int lower(Lowering to) {
    return to.add(new Op.Activation(Op.Activation.Function.SOFTMAX, 0));
  }

  @Override
  public void write(FieldWriter to) {}
}
