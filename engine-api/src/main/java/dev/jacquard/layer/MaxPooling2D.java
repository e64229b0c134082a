package dev.jacquard.layer;

import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.Objects;

/**
 * Gives the largest value of each channel in each window: a smaller image of what was found
 * somewhere near.
 *
 * <pre>{@code
 * y[i, j, c] = max over a, b of x[i*stride + a - top, j*stride + b - left, c]
 * }</pre>
 *
 * <p>Input {@code [H, W, C]}; output {@code [H', W', C]}, where {@link Padding} says what {@code
 * H'} and {@code W'} are.
 *
 * <pre>{@code
 * {"type": "MaxPooling2D"}                                         [28, 28, 32] -> [14, 14, 32]
 * {"type": "MaxPooling2D", "pool_size": 2, "padding": "same"}      [7, 7, 128] -> [4, 4, 128]
 * }</pre>
 *
 * @param poolSize {@code pool_size}: height and width of the window; default 2
 * @param strides how far the window moves at a time, down and right; default {@code pool_size}
 * @param padding {@code "valid"} (default) or {@code "same"}; positions outside the image never win
 */
public record MaxPooling2D(Size2D poolSize, Size2D strides, Padding padding) implements Layer {
  static final String TYPE = "MaxPooling2D";

  /** Checks that every setting is there. */
  public MaxPooling2D {
    Objects.requireNonNull(poolSize, "poolSize");
    Objects.requireNonNull(strides, "strides");
    Objects.requireNonNull(padding, "padding");
  }

  static MaxPooling2D parse(Fields fields) {
    Size2D poolSize = fields.pair("pool_size", Size2D.square(2));
    return new MaxPooling2D(poolSize, fields.pair("strides", poolSize), Settings.padding(fields));
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = InputShapes.image(inputs);
    return padding.window(input, poolSize, strides).output(input.channels());
  }

  @Override
  public int lower(Lowering to) {
    return to.add(new Op.MaxPool(padding.window(to.inputShape(), poolSize, strides)));
  }

  @Override
  public void write(FieldWriter to) {
    Settings.writePool(to, poolSize, strides, padding);
  }
}
