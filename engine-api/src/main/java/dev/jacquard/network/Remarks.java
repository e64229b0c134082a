package dev.jacquard.network;

import dev.jacquard.graph.Op;
import java.util.Locale;
import java.util.Optional;

/** What is said of an activation that is hardly meant. */
final class Remarks {
  private Remarks() {}

  /**
   * Of an activation.
   *
   * @param last whether its outputs are the logits; a softmax at the end is the loss's
   */
  static Optional<String> of(Op.Activation activation, boolean last) {
    boolean softmax = activation.function() == Op.Activation.Function.SOFTMAX;
    if (last) {
      return Optional.of(
          ": the loss is softmax cross-entropy, which takes what "
              + (softmax ? "this softmax" : name(activation))
              + " gives as logits; usual at the end is \"softmax\" or \"linear\"");
    }
    return softmax
        ? Optional.of(
            ": a softmax before the last layer lets hardly a gradient through; usual is \"relu\"")
        : Optional.empty();
  }

  private static String name(Op.Activation activation) {
    return activation.function().name().toLowerCase(Locale.ROOT);
  }
}
