package dev.jacquard.layer;

import dev.jacquard.tensor.Shape;
import java.util.List;

/** A layer as a plug-in would bring it: it passes its input on. */
record Squeeze(int factor) implements Layer {

  @Override
  public String type() {
    return "acme:squeeze";
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return InputShapes.only(inputs);
  }

  @Override
  public int lower(Lowering to) {
    return to.inputs().get(0);
  }

  @Override
  public void write(FieldWriter to) {
    to.put("factor", factor);
  }
}
