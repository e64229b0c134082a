package dev.jacquard.layer;

import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * Gives the mean of each channel over the whole image.
 *
 * <pre>{@code
 * y[c] = mean over i, j of x[i, j, c]
 * }</pre>
 *
 * <p>Input {@code [H, W, C]}; output {@code [C]}.
 *
 * <pre>{@code
 * {"type": "GlobalAveragePooling2D"}    [7, 7, 64] -> [64]
 * }</pre>
 */
public record GlobalAveragePooling2D() implements Layer {
  static final String TYPE = "GlobalAveragePooling2D";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(InputShapes.image(inputs).channels());
  }

  @Override
  public int lower(Lowering to) {
    return to.add(new Op.GlobalAvgPool());
  }

  @Override
  public void write(FieldWriter to) {}
}
