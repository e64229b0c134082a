package dev.jacquard.layer;

import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Initializer;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * A layer's view of the graph that it adds its ops to: its own name, its inputs, and nodes by their
 * ids.
 */
public final class Lowering {
  private final GraphBuilder builder;
  private final String name;
  private final List<Integer> inputs;

  /**
   * The view of one layer.
   *
   * @param name of the layer; its parameters stand under it, as in {@code conv2d/kernel}
   * @param inputs the ids of the nodes that its inputs come from
   */
  public Lowering(GraphBuilder builder, String name, List<Integer> inputs) {
    this.builder = builder;
    this.name = name;
    this.inputs = List.copyOf(inputs);
  }

  /** The ids of the nodes that the layer's inputs come from, in order. */
  public List<Integer> inputs() {
    return inputs;
  }

  /** The shape of node {@code id}'s output for one sample. */
  public Shape shape(int id) {
    return builder.shape(id);
  }

  /** The shape of the layer's first input. */
  public Shape inputShape() {
    return shape(inputs.get(0));
  }

  /** Adds an op over all the layer's inputs, under the layer's name. */
  public int add(Op op) {
    return add(op, Initializer.GLOROT_UNIFORM);
  }

  /**
   * Adds an op over all the layer's inputs, under the layer's name; its kernel starts with {@code
   * kernel}.
   */
  public int add(Op op, Initializer kernel) {
    return builder.add(name, op, kernel, inputs.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Adds an op over nodes of one's choice, for layers of several ops.
   *
   * @param part tells it from the layer's other ops; its parameters stand under the layer's name, a
   *     slash and this
   * @param kernel how its kernel starts, if it has one
   */
  public int add(String part, Op op, Initializer kernel, int... inputs) {
    return builder.add(name + "/" + part, op, kernel, inputs);
  }

  /**
   * Adds what a layer's {@code activation} says over node {@code id}; gives {@code id} for linear.
   */
  public int activate(int id, ActivationFunction activation) {
    return activation
        .op()
        .map(op -> add("activation", op, Initializer.GLOROT_UNIFORM, id))
        .orElse(id);
  }
}
