package dev.jacquard.graph;

import dev.jacquard.tensor.Shape;

/**
 * A tensor that a node owns.
 *
 * @param name unique in the graph: the layer's name, a slash and the role, as in {@code
 *     conv2d/kernel}
 * @param shape Keras's: kernels are {@code [H, W, in, out]} and {@code [in, out]}
 * @param initializer its values before training
 * @param trainable whether the optimiser updates it; moving statistics are not
 */
public record Parameter(String name, Shape shape, Initializer initializer, boolean trainable) {
  /** The part of the name behind the last slash: {@code kernel}, {@code bias}, {@code gamma}. */
  public String role() {
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
