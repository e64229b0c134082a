package dev.jacquard.layer;

import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.Objects;

/**
 * Applies a function to every element (softmax: over the last axis).
 *
 * <p>Input of any shape; output of the same.
 *
 * <pre>{@code
 * {"type": "Activation", "activation": "relu"}    [28, 28, 32] -> [28, 28, 32]
 * }</pre>
 *
 * @param activation {@code "linear"}, {@code "relu"}, {@code "leaky_relu"} (slope 0.2), {@code
 *     "sigmoid"}, {@code "tanh"} or {@code "softmax"}
 */
public record Activation(ActivationFunction activation) implements Layer {
  static final String TYPE = "Activation";

  /** Checks that there is a function. */
  public Activation {
    Objects.requireNonNull(activation, "activation");
  }

  static Activation parse(Fields fields) {
    return new Activation(
        fields.choice(
            "activation", List.of(ActivationFunction.values()), ActivationFunction::kerasName));
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
    return activation.op().map(to::add).orElseGet(() -> to.inputs().get(0));
  }

  @Override
  public void write(FieldWriter to) {
    to.put("activation", activation.kerasName());
  }
}
