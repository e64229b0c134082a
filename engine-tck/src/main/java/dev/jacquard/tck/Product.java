package dev.jacquard.tck;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * A custom op of two inputs and no weight: their element-wise product.
 *
 * @param elements of one sample
 */
record Product(int elements) implements CustomOp {
  @Override
  public String type() {
    return "tck:product";
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public void forward(Call call) {
    for (int e = 0; e < call.batch() * elements; e++) {
      call.output()[e] = call.input(0)[e] * call.input(1)[e];
    }
  }

  @Override
  public void backward(Call call) {
    for (int e = 0; e < call.batch() * elements; e++) {
      call.inputGradient(0)[e] += call.outputGradient()[e] * call.input(1)[e];
      call.inputGradient(1)[e] += call.outputGradient()[e] * call.input(0)[e];
    }
  }
}
