package dev.jacquard.layer;

import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * The rectified linear unit.
 *
 * <pre>{@code
 * y = x > 0 ? x : negative_slope * x
 * }</pre>
 *
 * <p>Input of any shape; output of the same. Keras's {@code max_value} and {@code threshold} are
 * not supported.
 *
 * <pre>{@code
 * {"type": "ReLU"}    [28, 28, 32] -> [28, 28, 32]
 * }</pre>
 *
 * @param negativeSlope {@code negative_slope}: the factor of negative inputs, at least 0; default 0
 */
public record ReLU(double negativeSlope) implements Layer {
  static final String TYPE = "ReLU";

  /**
   * Checks the slope.
   *
   * @throws dev.jacquard.error.JacquardException if it is negative or too large for fp32
   */
  public ReLU {
    LeakyReLU.SLOPES.require("negative_slope", negativeSlope);
  }

  static ReLU parse(Fields fields) {
    return new ReLU(fields.number("negative_slope", LeakyReLU.SLOPES, 0));
  }

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
    return to.add(
        negativeSlope == 0
            ? new Op.Activation(Op.Activation.Function.RELU, 0)
            : new Op.Activation(Op.Activation.Function.LEAKY_RELU, (float) negativeSlope));
  }

  @Override
  public void write(FieldWriter to) {
    to.put("negative_slope", negativeSlope, 0.0);
  }
}
