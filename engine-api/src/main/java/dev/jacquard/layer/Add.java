package dev.jacquard.layer;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * Adds its inputs element by element, as at the end of a residual block.
 *
 * <p>Two or more inputs of one shape, whatever it is; output of that shape.
 *
 * <pre>{@code
 * {"type": "Add", "inputs": ["conv2d_2", "max_pooling2d"]}
 * [14, 14, 64] + [14, 14, 64] -> [14, 14, 64]
 * }</pre>
 */
public record Add() implements Layer {
  static final String TYPE = "Add";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (inputs.size() < 2) {
      throw new JacquardException(
          "expected two or more inputs, received " + inputs.size() + "; name them in \"inputs\"");
    }
    for (Shape input : inputs) {
      if (!input.equals(inputs.get(0))) {
        throw new JacquardException(
            "expected inputs of one shape, received "
                + inputs.get(0)
                + " and "
                + input
                + "; a Conv2D with \"kernel_size\": 1 before one of them changes its channels");
      }
    }
    return inputs.get(0);
  }

  @Override
  public int lower(Lowering to) {
    return to.add(new Op.Add());
  }

  @Override
  public void write(FieldWriter to) {}
}
