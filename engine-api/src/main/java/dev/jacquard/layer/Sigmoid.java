package dev.jacquard.layer;

import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * The logistic function, which maps every number into 0 to 1.
 *
 * <pre>{@code
 * y = 1 / (1 + exp(-x))
 * }</pre>
 *
 * <p>Input of any shape; output of the same.
 *
 * <pre>{@code
 * {"type": "Sigmoid"}    [128] -> [128]
 * }</pre>
 */
public record Sigmoid() implements Layer {
  static final String TYPE = "Sigmoid";

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
    return to.add(new Op.Activation(Op.Activation.Function.SIGMOID, 0));
  }

  @Override
  public void write(FieldWriter to) {}
}
