package dev.jacquard.network;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What is said of an activation that is hardly meant. */
final class Remarks {
  private Remarks() {}

  /** The nodes whose numbers become logits without being multiplied by weights. */
  static Set<Integer> end(Graph graph) {
    Set<Integer> end = new HashSet<>(graph.head().inputs());
    for (int id = graph.head().id() - 1; id > 0; id--) {
      Node node = graph.node(id);
      boolean weights = !node.parameters().isEmpty();
      if (end.contains(id) && !weights) {
        end.addAll(node.inputs());
      }
    }
    return end;
  }

  /**
   * Of an activation.
   *
   * @param last whether it is of the {@link #end}; a softmax at the very end is the loss's
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
