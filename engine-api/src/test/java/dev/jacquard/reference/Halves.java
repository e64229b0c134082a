package dev.jacquard.reference;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Initializer;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * A custom op of two inputs and two weights: {@code a * p + b * b * q}, element by element, for
 * tests.
 *
 * @param elements of one sample
 */
record Halves(int elements) implements CustomOp {
  @Override
  public String type() {
    return "test:halves";
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    return List.of(
        new Weight("p", Shape.of(elements), Initializer.ONES),
        new Weight("inner/q", Shape.of(elements), Initializer.ONES));
  }

  @Override
  public void forward(Call call) {
    for (int e = 0; e < call.batch() * elements; e++) {
      double b = call.input(1)[e];
      call.output()[e] =
          call.input(0)[e] * call.weight(0)[e % elements] + b * b * call.weight(1)[e % elements];
    }
  }

  @Override
  public void backward(Call call) {
    for (int e = 0; e < call.batch() * elements; e++) {
      double a = call.input(0)[e];
      double b = call.input(1)[e];
      double dy = call.outputGradient()[e];
      call.inputGradient(0)[e] += dy * call.weight(0)[e % elements];
      call.inputGradient(1)[e] += dy * 2 * b * call.weight(1)[e % elements];
      call.weightGradient(0)[e % elements] += dy * a;
      call.weightGradient(1)[e % elements] += dy * b * b;
    }
  }
}
