package dev.jacquard.opencl.plan;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Parameter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The buffers of a plan's values and gradients, dense {@code [N, H, W, C]}, made when first asked
 * for. What changes nothing (flattening, and dropout in inference) is its input's buffer.
 */
final class Values {
  private final Graph graph;
  private final Memory memory;
  private final int batch;
  private final boolean training;
  private final boolean[] differentiable;
  private final Map<Integer, Long> values = new HashMap<>();
  private final Map<Integer, Long> gradients = new HashMap<>();
  private final Set<Integer> written = new HashSet<>();

  Values(Graph graph, Memory memory, int batch, boolean training) {
    this.graph = graph;
    this.memory = memory;
    this.batch = batch;
    this.training = training;
    this.differentiable = new boolean[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      differentiable[node.id()] =
          node.parameters().stream().anyMatch(Parameter::trainable)
              || node.inputs().stream().anyMatch(input -> differentiable[input]);
    }
  }

  /** Whether a value depends on a trainable parameter, so that its gradient is needed. */
  boolean differentiable(int id) {
    return differentiable[id];
  }

  /** The node whose buffer holds a value. */
  private int root(int id) {
    Op op = graph.node(id).op();
    boolean same = op instanceof Op.Flatten || (!training && op instanceof Op.Dropout);
    return same ? root(graph.node(id).inputs().get(0)) : id;
  }

  /** The buffer of a value. */
  long value(int id) {
    return values.computeIfAbsent(root(id), root -> buffer("the values of ", root));
  }

  /** The buffer of a value's gradient. */
  long gradient(int id) {
    return gradients.computeIfAbsent(root(id), root -> buffer("the gradients of ", root));
  }

  /**
   * Whether the next contribution to a value's gradient is to be added to what is there; the first
   * is written.
   */
  boolean accumulates(int id) {
    return !written.add(root(id));
  }

  /** Floats that a full batch of a value takes. */
  long floats(int id) {
    return (long) batch * graph.node(id).shape().elements();
  }

  private long buffer(String what, int id) {
    if (floats(id) > Integer.MAX_VALUE) {
      throw new JacquardException(
          "batch size "
              + batch
              + ": "
              + graph.node(id).name()
              + " would have "
              + floats(id)
              + " values, the OpenCL backend counts up to "
              + Integer.MAX_VALUE
              + "; use at most "
              + Integer.MAX_VALUE / graph.node(id).shape().elements());
    }
    return memory.buffer(4 * floats(id), what + graph.node(id).name());
  }
}
