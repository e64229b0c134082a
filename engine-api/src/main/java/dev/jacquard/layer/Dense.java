package dev.jacquard.layer;

import dev.jacquard.graph.Initializer;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.Objects;

/**
 * A fully connected layer: every output is a weighted sum of all inputs.
 *
 * <pre>{@code
 * y[u] = activation(bias[u] + sum over k of x[k] * kernel[k, u])
 * }</pre>
 *
 * <p>Input {@code [C]}; output {@code [units]}. Images need a {@link Flatten} or {@link
 * GlobalAveragePooling2D} before it. Parameters: {@code kernel [C, units]} and, if {@code
 * use_bias}, {@code bias [units]}.
 *
 * <pre>{@code
 * {"type": "Dense", "units": 10, "activation": "softmax"}    [128] -> [10]
 * }</pre>
 *
 * @param units how many numbers come out; at least 1
 * @param useBias {@code use_bias}: whether a bias is added; default true
 * @param activation what is applied to the result; default {@code "linear"}
 * @param kernelInitializer {@code kernel_initializer}: default {@code "glorot_uniform"}; the bias
 *     starts at 0
 */
public record Dense(
    int units, boolean useBias, ActivationFunction activation, Initializer kernelInitializer)
    implements Layer {
  static final String TYPE = "Dense";

  /**
   * Checks the settings.
   *
   * @throws dev.jacquard.error.JacquardException if there is no unit
   */
  public Dense {
    Require.atLeast("units", units, 1);
    Objects.requireNonNull(activation, "activation");
    Objects.requireNonNull(kernelInitializer, "kernelInitializer");
  }

  static Dense parse(Fields fields) {
    return new Dense(
        fields.intAtLeast("units", 1),
        fields.bool("use_bias", true),
        Settings.activation(fields),
        Settings.kernelInitializer(fields));
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    InputShapes.vector(inputs);
    return Shape.of(units);
  }

  @Override
  public int lower(Lowering to) {
    return to.activate(to.add(new Op.Dense(units, useBias), kernelInitializer), activation);
  }

  @Override
  public void write(FieldWriter to) {
    to.put("units", units).put("use_bias", useBias, true);
    Settings.write(to, activation, kernelInitializer);
  }
}
