package dev.jacquard.layer;

import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * Lays all elements of a sample in one row, in the order in which they are stored: row by row,
 * column by column, channel by channel.
 *
 * <p>Input of any shape; output {@code [number of elements]}.
 *
 * <pre>{@code
 * {"type": "Flatten"}    [4, 4, 128] -> [2048]
 * }</pre>
 */
public record Flatten() implements Layer {
  static final String TYPE = "Flatten";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(InputShapes.only(inputs).elements());
  }

  @Override
  public int lower(Lowering to) {
    // Of a vector there is nothing to lay out: no node that backends would have to look through.
    return to.inputShape().rank() == 1 ? to.inputs().get(0) : to.add(new Op.Flatten());
  }

  @Override
  public void write(FieldWriter to) {}
}
