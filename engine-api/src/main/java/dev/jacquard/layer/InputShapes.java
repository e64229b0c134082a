package dev.jacquard.layer;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.util.List;

/** What layers ask of their inputs. */
final class InputShapes {
  private InputShapes() {}

  /** The one input, of any rank. */
  static Shape only(List<Shape> inputs) {
    if (inputs.size() != 1) {
      throw new JacquardException("expected one input, received " + inputs.size());
    }
    return inputs.get(0);
  }

  /** The one input, {@code [H, W, C]}. */
  static Shape image(List<Shape> inputs) {
    Shape input = only(inputs);
    if (input.rank() != 3) {
      throw new JacquardException(
          "expected an input of shape [H, W, C], received "
              + input
              + "; put it before the layer that gives up height and width");
    }
    return input;
  }

  /** The one input, {@code [C]}. */
  static Shape vector(List<Shape> inputs) {
    Shape input = only(inputs);
    if (input.rank() != 1) {
      throw new JacquardException(
          "expected an input of shape [C], received "
              + input
              + "; put a Flatten or a GlobalAveragePooling2D before it");
    }
    return input;
  }
}
