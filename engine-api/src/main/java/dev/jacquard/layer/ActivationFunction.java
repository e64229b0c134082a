package dev.jacquard.layer;

import dev.jacquard.graph.Op;
import java.util.Locale;
import java.util.Optional;

/** The functions that a layer's {@code activation} may name, with Keras's names and constants. */
public enum ActivationFunction {
  /** {@code x}. */
  LINEAR,
  /** {@code max(x, 0)}. */
  RELU,
  /**
   * {@code x > 0 ? x : 0.2 * x}; the layer {@link LeakyReLU} has another slope by default, in Keras
   * too.
   */
  LEAKY_RELU,
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID,
  /** {@code tanh(x)}. */
  TANH,
  /** {@code exp(x) / sum exp(x)} over the last axis. */
  SOFTMAX;

  /** The name in network files: {@code leaky_relu}. */
  public String kerasName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The op that computes it; none for {@link #LINEAR}. */
  public Optional<Op.Activation> op() {
    return switch (this) {
      case LINEAR -> Optional.empty();
      case RELU -> Optional.of(new Op.Activation(Op.Activation.Function.RELU, 0));
      case LEAKY_RELU -> Optional.of(new Op.Activation(Op.Activation.Function.LEAKY_RELU, 0.2f));
      case SIGMOID -> Optional.of(new Op.Activation(Op.Activation.Function.SIGMOID, 0));
      case TANH -> Optional.of(new Op.Activation(Op.Activation.Function.TANH, 0));
      case SOFTMAX -> Optional.of(new Op.Activation(Op.Activation.Function.SOFTMAX, 0));
    };
  }
}
