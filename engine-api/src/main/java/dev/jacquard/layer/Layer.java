package dev.jacquard.layer;

import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * One layer of a network as its author writes it. A layer is a record of its settings: it checks
 * them when it is made, knows which input it suits, and turns itself into the ops that backends
 * understand. It holds no tensors. Shapes leave the batch out: {@code [H, W, C]} for images, {@code
 * [C]} for vectors.
 *
 * <p>To add one in a jar of your own, implement this interface and {@link LayerType}.
 */
public interface Layer {

  /**
   * The stable name in network files, that of its {@link LayerType}: {@code Conv2D}, {@code
   * acme:squeeze}.
   */
  String type();

  /**
   * The shape of its output for one sample.
   *
   * @param inputs the shapes of its inputs, in order, at least one
   * @throws dev.jacquard.error.JacquardException if the inputs do not suit, saying what was
   *     expected and received; the network adds the layer's place
   */
  Shape outputShape(List<Shape> inputs);

  /**
   * Adds its ops to a graph. {@link #outputShape} has accepted the inputs before. All inputs must
   * lead to the output: a graph has no ends but its loss.
   *
   * @return the id of the node that gives its output; an input's id if it computes nothing
   */
  int lower(Lowering to);

  /**
   * Writes its settings, leaving out those that have their default value, so that its type reads an
   * equal layer back.
   */
  void write(FieldWriter to);
}
