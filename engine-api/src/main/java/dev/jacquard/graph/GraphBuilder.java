package dev.jacquard.graph;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Builds a {@link Graph} node by node, inferring shapes and parameters. Nodes are named by their
 * ids, which {@code add} returns. Used by layers when they lower and by tests.
 */
public final class GraphBuilder {
  private final List<Node> nodes = new ArrayList<>();

  /** Starts a graph whose samples come in through {@code input}, node 0. */
  public GraphBuilder(Op.Input input) {
    nodes.add(new Node(0, "input", input, List.of(), input.shape(), List.of()));
  }

  /** Starts a graph over bytes scaled to [0, 1], of this sample shape. */
  public static GraphBuilder overBytes(Shape sample) {
    return new GraphBuilder(new Op.Input(sample, DType.U8, 1 / 255f, 0));
  }

  /** Starts a graph over fp32 samples of this shape, taken as they are. */
  public static GraphBuilder overFloats(Shape sample) {
    return new GraphBuilder(new Op.Input(sample, DType.F32, 1, 0));
  }

  /** The shape of node {@code id}'s output, without the batch. */
  public Shape shape(int id) {
    return nodes.get(id).shape();
  }

  /** The newest node's id. */
  public int last() {
    return nodes.size() - 1;
  }

  /** Adds an op with Keras's default initialisers: Glorot-uniform kernels. */
  public int add(String name, Op op, int... inputs) {
    return add(name, op, Initializer.GLOROT_UNIFORM, inputs);
  }

  /**
   * Adds an op.
   *
   * @param name prefix of its parameters' names
   * @param kernel how its kernel starts, if it has one
   * @param inputs ids of earlier nodes
   * @return its id
   * @throws JacquardException if the inputs' shapes do not suit the op
   */
  public int add(String name, Op op, Initializer kernel, int... inputs) {
    List<Shape> shapes = new ArrayList<>();
    List<Integer> ids = new ArrayList<>();
    for (int input : inputs) {
      if (input < 0 || input >= nodes.size()) {
        throw new IllegalArgumentException("node " + input + " of " + nodes.size());
      }
      ids.add(input);
      shapes.add(shape(input));
    }
    Inference inferred = op.accept(new Inference(name, shapes, kernel));
    nodes.add(new Node(nodes.size(), name, op, ids, inferred.shape(), inferred.parameters()));
    return last();
  }

  /** Finishes the graph with the loss over the newest node. */
  public Graph build(String name, float labelSmoothing) {
    return build(name, labelSmoothing, last());
  }

  /**
   * Finishes the graph with the loss over the logits of a node. If that node is a softmax, the loss
   * takes its place: it computes the softmax itself, and the loss from the logits.
   *
   * @param name of the head
   * @param output the node's id: the newest, as nothing may be left over
   * @throws JacquardException if nothing takes the output of another node
   */
  public Graph build(String name, float labelSmoothing, int output) {
    requireUsed(output);
    Node end = nodes.get(output);
    boolean softmax =
        end.op() instanceof Op.Activation activation
            && activation.function() == Op.Activation.Function.SOFTMAX;
    int logits = softmax ? end.inputs().get(0) : end.id();
    if (softmax) {
      nodes.remove(output);
    }
    add(name, new Op.SoftmaxCrossEntropy(labelSmoothing), logits);
    return new Graph(nodes);
  }

  private void requireUsed(int output) {
    Set<Integer> used = new HashSet<>(Set.of(output));
    nodes.forEach(node -> used.addAll(node.inputs()));
    for (Node node : nodes) {
      if (!used.contains(node.id())) {
        throw new JacquardException(
            node.name() + ": nothing takes its output; a layer must use all of its inputs");
      }
    }
  }
}
