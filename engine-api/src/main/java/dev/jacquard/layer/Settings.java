package dev.jacquard.layer;

import dev.jacquard.graph.Initializer;
import java.util.List;

/** Settings that several layers have in common, with the same names and defaults. */
final class Settings {
  private Settings() {}

  static Padding padding(Fields fields) {
    return fields.choice("padding", List.of(Padding.values()), Padding::kerasName, Padding.VALID);
  }

  static ActivationFunction activation(Fields fields) {
    return fields.choice(
        "activation",
        List.of(ActivationFunction.values()),
        ActivationFunction::kerasName,
        ActivationFunction.LINEAR);
  }

  static Initializer kernelInitializer(Fields fields) {
    return fields.choice(
        "kernel_initializer",
        List.of(Initializer.values()),
        Initializer::kerasName,
        Initializer.GLOROT_UNIFORM);
  }

  static void write(FieldWriter to, ActivationFunction activation, Initializer kernel) {
    to.put("activation", activation.kerasName(), ActivationFunction.LINEAR.kerasName())
        .put("kernel_initializer", kernel.kerasName(), Initializer.GLOROT_UNIFORM.kerasName());
  }

  static void writePool(FieldWriter to, Size2D poolSize, Size2D strides, Padding padding) {
    to.put("pool_size", poolSize, Size2D.square(2))
        .put("strides", strides, poolSize)
        .put("padding", padding.kerasName(), Padding.VALID.kerasName());
  }
}
