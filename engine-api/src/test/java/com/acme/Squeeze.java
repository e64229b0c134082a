package com.acme;

import dev.jacquard.layer.FieldWriter;
import dev.jacquard.layer.InputShapes;
import dev.jacquard.layer.Layer;
import dev.jacquard.layer.Lowering;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * A layer as a plug-in brings it. It passes its input on; one that computes adds its ops in {@link
 * #lower}, as in {@code to.add(new Op.Flatten())}.
 *
 * @param factor a setting, to show how one is kept
 */
public record Squeeze(int factor) implements Layer {

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
