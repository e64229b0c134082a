package dev.jacquard.network;

import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * One row of a network's table.
 *
 * @param name of the layer
 * @param type of the layer, as in its file
 * @param output the shape of its output for one sample
 * @param parameters how many numbers it keeps
 * @param trainable how many of these the optimiser updates
 * @param flops floating-point operations of one sample's inference, by the ops that it lowers to:
 *     two for each multiply-add of a convolution or dense layer (the bias is where the sum starts),
 *     one or a few for each element of the others, none for a plug-in's own ops
 * @param inputs the names of the layers that it takes
 */
public record LayerSummary(
    String name,
    String type,
    Shape output,
    long parameters,
    long trainable,
    long flops,
    List<String> inputs) {
  /** Copies the list. */
  public LayerSummary {
    inputs = List.copyOf(inputs);
  }
}
