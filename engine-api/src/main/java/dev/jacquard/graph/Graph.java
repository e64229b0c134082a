package dev.jacquard.graph;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as backends see it: nodes in topological order, the first an {@link Op.Input}, the last
 * an {@link Op.SoftmaxCrossEntropy}. Immutable. {@link GraphBuilder} makes them.
 */
public final class Graph {
  private final List<Node> nodes;
  private final List<List<Integer>> consumers;
  private final Map<String, Integer> parameterIds;
  private final List<Parameter> parameters;

  Graph(List<Node> nodes) {
    this.nodes = List.copyOf(nodes);
    this.consumers = new ArrayList<>();
    this.parameterIds = new LinkedHashMap<>();
    List<Parameter> all = new ArrayList<>();
    for (Node node : nodes) {
      consumers.add(new ArrayList<>());
      node.inputs().forEach(input -> consumers.get(input).add(node.id()));
      for (Parameter parameter : node.parameters()) {
        if (parameterIds.put(parameter.name(), all.size()) != null) {
          throw new JacquardException(
              "two parameters are named "
                  + parameter.name()
                  + "; give one of the layers another name");
        }
        all.add(parameter);
      }
    }
    this.parameters = List.copyOf(all);
  }

  /** The nodes in topological order; a node's id is its index. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The node of this id. */
  public Node node(int id) {
    return nodes.get(id);
  }

  /**
   * The ids of the nodes that take the output of node {@code id}; one that takes it twice is listed
   * twice.
   */
  public List<Integer> consumers(int id) {
    return List.copyOf(consumers.get(id));
  }

  /** The shape that node {@code node}'s input number {@code index} has, without the batch. */
  public Shape inputShape(Node node, int index) {
    return nodes.get(node.inputs().get(index)).shape();
  }

  /** The samples' entry. */
  public Op.Input input() {
    return (Op.Input) nodes.get(0).op();
  }

  /** The loss, which is also where the probabilities come from. */
  public Node head() {
    return nodes.get(nodes.size() - 1);
  }

  /** How many classes the head tells apart. */
  public int classes() {
    return head().shape().channels();
  }

  /** All parameters in the order of their nodes. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * The parameter of this name.
   *
   * @throws JacquardException if there is none
   */
  public Parameter parameter(String name) {
    Integer id = parameterIds.get(name);
    if (id == null) {
      throw new JacquardException(
          "no parameter is named " + name + "; there are " + parameterIds.keySet());
    }
    return parameters.get(id);
  }

  /**
   * What it computes, in a text that is the same in every process; for plans' fingerprints. A
   * plug-in's op is told from others of its type if it is a record.
   */
  public String identity() {
    StringBuilder text = new StringBuilder();
    for (Node node : nodes) {
      // Other classes than records may print where they lie in memory.
      boolean printed = !(node.op() instanceof CustomOp) || node.op() instanceof Record;
      Object op = printed ? node.op() : ((CustomOp) node.op()).type();
      text.append(node.id()).append(node.name()).append(op).append(node.inputs());
      text.append(node.shape()).append(node.parameters());
    }
    return text.toString();
  }

  /** The first values of every parameter under {@code seed}, by name: the same on every backend. */
  public Map<String, Tensor> initialValues(long seed) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    parameterIds.forEach(
        (name, id) -> {
          Parameter parameter = parameters.get(id);
          values.put(name, parameter.initializer().values(parameter.shape(), seed, id));
        });
    return values;
  }
}
