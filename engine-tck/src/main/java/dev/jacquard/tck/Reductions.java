package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Parameter;

/** How long a graph's sums are: what fp32's tolerance depends on. */
final class Reductions {
  private Reductions() {}

  /** The longest sum in forward and backward: over a kernel's inputs, or over a batch's pixels. */
  static int longest(Graph graph, int batch) {
    int longest = graph.classes();
    for (Node node : graph.nodes()) {
      int pixels = batch * node.shape().elements() / node.shape().channels();
      longest = Math.max(longest, node.parameters().isEmpty() ? 1 : pixels);
      for (Parameter parameter : node.parameters()) {
        int channels = parameter.shape().channels();
        longest = Math.max(longest, parameter.shape().elements() / channels);
      }
    }
    return longest;
  }
}
