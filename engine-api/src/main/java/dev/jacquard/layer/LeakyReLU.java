package dev.jacquard.layer;

import dev.jacquard.graph.Interval;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * The leaky rectified linear unit: lets a small gradient through where {@link ReLU} lets none.
 *
 * <pre>{@code
 * y = x > 0 ? x : negative_slope * x
 * }</pre>
 *
 * <p>Input of any shape; output of the same.
 *
 * <pre>{@code
 * {"type": "LeakyReLU", "negative_slope": 0.1}    [28, 28, 32] -> [28, 28, 32]
 * }</pre>
 *
 * @param negativeSlope {@code negative_slope}: the factor of negative inputs, at least 0; default
 *     0.3
 */
public record LeakyReLU(double negativeSlope) implements Layer {
  static final String TYPE = "LeakyReLU";
  static final Interval SLOPES = Interval.atLeast(0);
  private static final double SLOPE = 0.3;

  /**
   * Checks the slope.
   *
   * @throws dev.jacquard.error.JacquardException if it is negative or too large for fp32
   */
  public LeakyReLU {
    SLOPES.require("negative_slope", negativeSlope);
  }

  static LeakyReLU parse(Fields fields) {
    return new LeakyReLU(fields.number("negative_slope", SLOPES, SLOPE));
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
    return to.add(new Op.Activation(Op.Activation.Function.LEAKY_RELU, (float) negativeSlope));
  }

  @Override
  public void write(FieldWriter to) {
    to.put("negative_slope", negativeSlope, SLOPE);
  }
}
