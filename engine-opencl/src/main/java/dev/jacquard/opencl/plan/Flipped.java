package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import java.util.HashMap;
import java.util.Map;

/**
 * Copies of the weights that gradients of inputs read on processors: their taps in reverse order,
 * filters before channels. The update keeps them up to date.
 */
final class Flipped {
  private final Map<Integer, Integer> places = new HashMap<>();
  private final Map<Integer, Long> parts = new HashMap<>();
  private final long buffer;

  /**
   * Makes room, which has no content yet.
   *
   * @param values tells which inputs need a gradient
   */
  Flipped(Script script, Graph graph, Values values) {
    int alignment = script.context().alignment();
    int end = 0;
    for (Node node : graph.nodes()) {
      if (Linear.is(node) && values.differentiable(node.inputs().get(0))) {
        places.put(node.id(), end);
        int weights = Linear.of(graph, node).weights();
        end = Math.addExact(end, (weights + alignment - 1) / alignment * alignment);
      }
    }
    this.buffer = script.memory().buffer(4L * end, "flipped weights");
    for (Node node : graph.nodes()) {
      if (places.containsKey(node.id())) {
        long floats = Linear.of(graph, node).weights();
        parts.put(node.id(), script.memory().part(buffer, places.get(node.id()), floats));
      }
    }
  }

  /** All of them. */
  long buffer() {
    return buffer;
  }

  /** A layer's. */
  long of(Linear linear) {
    return parts.get(linear.node().id());
  }

  /** The first float of a layer's, or -1 if it has none. */
  int place(Node node) {
    return places.getOrDefault(node.id(), -1);
  }

  /** Whether there are any. */
  boolean any() {
    return !places.isEmpty();
  }
}
