package dev.jacquard.graph;

import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * One op in a graph.
 *
 * @param id its index in {@link Graph#nodes()}; part of the counter of its random draws
 * @param name the layer's name; an op that a layer's second part lowers to has the same with a
 *     suffix
 * @param op what is computed
 * @param inputs the ids of the nodes whose outputs it takes, all smaller than {@code id}
 * @param shape of its output for one sample, without the batch
 * @param parameters what it owns, in the order that its op's documentation gives
 */
public record Node(
    int id, String name, Op op, List<Integer> inputs, Shape shape, List<Parameter> parameters) {
  /** Copies the lists. */
  public Node {
    inputs = List.copyOf(inputs);
    parameters = List.copyOf(parameters);
  }
}
