package dev.jacquard.layer;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * What layers ask of their inputs, in {@link Layer#outputShape}: each method gives the shape of the
 * one input, without the batch, or says what was expected and received. A layer of several inputs
 * looks at the list itself.
 */
public final class InputShapes {
  private InputShapes() {}

  /**
   * The one input, of any rank.
   *
   * @throws JacquardException if there is more than one
   */
  public static Shape only(List<Shape> inputs) {
    if (inputs.size() != 1) {
      throw new JacquardException("expected one input, received " + inputs.size());
    }
    return inputs.get(0);
  }

  /**
   * The one input, {@code [H, W, C]}.
   *
   * @throws JacquardException if there is more than one, or it is of another rank
   */
  public static Shape image(List<Shape> inputs) {
    Shape input = only(inputs);
    if (input.rank() != 3) {
      throw new JacquardException(
          "expected an input of shape [H, W, C], received "
              + input
              + "; put it before the layer that gives up height and width");
    }
    return input;
  }

  /**
   * The one input, {@code [C]}.
   *
   * @throws JacquardException if there is more than one, or it is of another rank
   */
  public static Shape vector(List<Shape> inputs) {
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
