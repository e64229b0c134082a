package dev.jacquard.network;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Parameter;
import dev.jacquard.layer.Layer;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.layer.Lowering;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A network as a graph, and which of its nodes come from which layer.
 *
 * @param graph ends with the loss
 * @param outputs each layer's output shape
 * @param ends for each layer, the id behind its last node; its first node is where the layer before
 *     ends
 */
record LoweredNetwork(Graph graph, List<Shape> outputs, List<Integer> ends) {

  /**
   * Lowers layer by layer.
   *
   * @param connections the inputs of each layer, -1 being the network's input
   * @throws JacquardException if a layer does not suit its inputs, with the layer's place
   */
  static LoweredNetwork of(
      List<NamedLayer> layers,
      List<List<Integer>> connections,
      GraphBuilder builder,
      float labelSmoothing) {
    List<Integer> nodes = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      List<Integer> inputs = new ArrayList<>();
      connections.get(i).forEach(input -> inputs.add(input < 0 ? 0 : nodes.get(input)));
      NamedLayer named = layers.get(i);
      try {
        nodes.add(lower(named, inputs, builder));
      } catch (JacquardException e) {
        throw new JacquardException(Network.place(i, named.name()) + ": " + e.getMessage(), e);
      }
      ends.add(builder.last() + 1);
    }
    List<Shape> outputs = nodes.stream().map(builder::shape).toList();
    checkHead(layers, outputs);
    int output = nodes.get(nodes.size() - 1);
    Graph graph = builder.build("head", labelSmoothing, output);
    return new LoweredNetwork(graph, outputs, List.copyOf(ends));
  }

  private static int lower(NamedLayer named, List<Integer> inputs, GraphBuilder builder) {
    try {
      return lower(named.name(), named.layer(), inputs, builder);
    } catch (LinkageError | RuntimeException e) {
      throw LayerTypes.failure(named.layer().type(), named.layer(), e);
    }
  }

  private static int lower(String name, Layer layer, List<Integer> inputs, GraphBuilder builder) {
    Shape promised = layer.outputShape(inputs.stream().map(builder::shape).toList());
    int node = layer.lower(new Lowering(builder, name, inputs));
    if (!builder.shape(node).equals(promised)) {
      throw new JacquardException(
          "layer type \""
              + layer.type()
              + "\" promises an output of shape "
              + promised
              + " and computes "
              + builder.shape(node)
              + "; it must be repaired");
    }
    return node;
  }

  private static void checkHead(List<NamedLayer> layers, List<Shape> outputs) {
    int last = layers.size() - 1;
    if (outputs.get(last).rank() != 1) {
      throw new JacquardException(
          Network.place(last, layers.get(last).name())
              + " gives "
              + outputs.get(last)
              + "; the last layer must give one number for each class, as a Dense does");
    }
  }

  /** The nodes that a layer became. */
  List<Node> nodes(int layer) {
    return graph.nodes().subList(layer == 0 ? 1 : ends.get(layer - 1), ends.get(layer));
  }

  /** The table's row for layer {@code index}. */
  LayerSummary summarize(int index, NamedLayer named) {
    long parameters = 0;
    long trainable = 0;
    long flops = 0;
    for (Node node : nodes(index)) {
      flops += ForwardFlops.of(graph, node);
      for (Parameter parameter : node.parameters()) {
        parameters += parameter.shape().elements();
        trainable += parameter.trainable() ? parameter.shape().elements() : 0;
      }
    }
    return new LayerSummary(
        named.name(),
        named.layer().type(),
        outputs.get(index),
        parameters,
        trainable,
        flops,
        named.inputs());
  }
}
