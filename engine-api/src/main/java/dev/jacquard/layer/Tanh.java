package dev.jacquard.layer;

import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * The hyperbolic tangent, which maps every number into -1 to 1.
 *
 * <pre>{@code
 * y = tanh(x)
 * }</pre>
 *
 * <p>Input of any shape; output of the same.
 *
 * <pre>{@code
 * {"type": "Tanh"}    [128] -> [128]
 * }</pre>
 */
public record Tanh() implements Layer {
  static final String TYPE = "Tanh";

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
    return to.add(new Op.Activation(Op.Activation.Function.TANH, 0));
  }

  @Override
  public void write(FieldWriter to) {}
}
