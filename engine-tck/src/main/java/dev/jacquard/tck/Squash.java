package dev.jacquard.tck;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Initializer;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * A custom op with another shape than its input's and two weights: {@code y[c] = scale[c] * mean of
 * x[., ., c] + offset[c]}, in training times a factor.
 *
 * @param in of one sample, {@code [H, W, C]}
 * @param factor by which training differs from inference
 */
record Squash(Shape in, double factor) implements CustomOp {
  @Override
  public String type() {
    return "tck:squash";
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(in.channels());
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    Shape channels = Shape.of(in.channels());
    return List.of(
        new Weight("scale", channels, Initializer.ONES),
        new Weight("offset", channels, Initializer.ZEROS));
  }

  @Override
  public void forward(Call call) {
    for (int e = 0; e < call.batch() * in.channels(); e++) {
      int c = e % in.channels();
      call.output()[e] =
          factor(call) * (call.weight(0)[c] * mean(call.input(0), e) + call.weight(1)[c]);
    }
  }

  @Override
  public void backward(Call call) {
    for (int e = 0; e < call.batch() * in.channels(); e++) {
      int c = e % in.channels();
      double dy = factor(call) * call.outputGradient()[e];
      call.weightGradient(0)[c] += dy * mean(call.input(0), e);
      call.weightGradient(1)[c] += dy;
      for (int pixel = 0; pixel < pixels(); pixel++) {
        call.inputGradient(0)[at(e, pixel)] += dy * call.weight(0)[c] / pixels();
      }
    }
  }

  private double factor(Call call) {
    return call.training() ? factor : 1;
  }

  private double mean(double[] x, int e) {
    double sum = 0;
    for (int pixel = 0; pixel < pixels(); pixel++) {
      sum += x[at(e, pixel)];
    }
    return sum / pixels();
  }

  private int pixels() {
    return in.elements() / in.channels();
  }

  /** A pixel of output {@code e}'s sample and channel. */
  private int at(int e, int pixel) {
    return (e / in.channels() * pixels() + pixel) * in.channels() + e % in.channels();
  }
}
