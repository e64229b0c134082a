package dev.jacquard.layer;

import dev.jacquard.graph.Interval;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * Batch normalisation (Ioffe and Szegedy 2015): gives each channel mean 0 and variance 1, then a
 * learned scale and offset.
 *
 * <pre>{@code
 * y = gamma * (x - mean) / sqrt(variance + epsilon) + beta
 * }</pre>
 *
 * <p>In training, mean and (biased) variance are those of the batch, over all axes but the last,
 * and the moving ones follow: {@code moving = momentum * moving + (1 - momentum) * batch}. In
 * inference they are the moving ones.
 *
 * <p>Input of any rank, channels last; output of the same shape. Parameters, all {@code [C]}:
 * {@code gamma} if {@code scale}, {@code beta} if {@code center}, and, not trainable, {@code
 * moving_mean} and {@code moving_variance}.
 *
 * <pre>{@code
 * {"type": "BatchNormalization"}    [28, 28, 32] -> [28, 28, 32]
 * }</pre>
 *
 * @param momentum how slowly the moving statistics follow, 0 to 1; default 0.99
 * @param epsilon keeps the root from 0, at least 1e-12; default 0.001
 * @param center whether there is an offset {@code beta}; default true
 * @param scale whether there is a scale {@code gamma}; default true
 */
public record BatchNormalization(double momentum, double epsilon, boolean center, boolean scale)
    implements Layer {
  static final String TYPE = "BatchNormalization";
  private static final double MOMENTUM = 0.99;
  private static final double EPSILON = 0.001;
  private static final Interval MOMENTA = Interval.closed(0, 1);
  private static final Interval EPSILONS = Interval.closed(1e-12, 1);

  /**
   * Checks the settings.
   *
   * @throws dev.jacquard.error.JacquardException if a number is outside its range
   */
  public BatchNormalization {
    MOMENTA.require("momentum", momentum);
    EPSILONS.require("epsilon", epsilon);
  }

  /** The layer with Keras's defaults. */
  public static BatchNormalization defaults() {
    return new BatchNormalization(MOMENTUM, EPSILON, true, true);
  }

  static BatchNormalization parse(Fields fields) {
    return new BatchNormalization(
        fields.number("momentum", MOMENTA, MOMENTUM),
        fields.number("epsilon", EPSILONS, EPSILON),
        fields.bool("center", true),
        fields.bool("scale", true));
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
    return to.add(new Op.BatchNorm((float) momentum, (float) epsilon, center, scale));
  }

  @Override
  public void write(FieldWriter to) {
    to.put("momentum", momentum, MOMENTUM)
        .put("epsilon", epsilon, EPSILON)
        .put("center", center, true)
        .put("scale", scale, true);
  }
}
