package dev.jacquard.tck;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Initializer;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * A custom op with a weight: {@code x / (1 + exp(-steepness[c] * x))} (Ramachandran and others
 * 2017), one steepness for each channel.
 *
 * @param elements of one sample
 */
record Swish(int elements) implements CustomOp {
  @Override
  public String type() {
    return "tck:swish";
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    Shape channels = Shape.of(inputs.get(0).channels());
    return List.of(new Weight("steepness", channels, Initializer.ONES));
  }

  @Override
  public void forward(Call call) {
    double[] x = call.input(0);
    double[] steepness = call.weight(0);
    for (int e = 0; e < call.batch() * elements; e++) {
      call.output()[e] = x[e] * gate(steepness, x, e);
    }
  }

  @Override
  public void backward(Call call) {
    double[] x = call.input(0);
    double[] steepness = call.weight(0);
    for (int e = 0; e < call.batch() * elements; e++) {
      int c = e % steepness.length;
      double gate = gate(steepness, x, e);
      double slope = gate * (1 - gate) * x[e];
      double dy = call.outputGradient()[e];
      call.inputGradient(0)[e] += dy * (gate + steepness[c] * slope);
      call.weightGradient(0)[c] += dy * x[e] * slope;
    }
  }

  private static double gate(double[] steepness, double[] x, int e) {
    return 1 / (1 + Math.exp(-steepness[e % steepness.length] * x[e]));
  }
}
