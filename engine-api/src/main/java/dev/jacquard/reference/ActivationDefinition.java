package dev.jacquard.reference;

import dev.jacquard.graph.Op;

/** An element-wise function. */
final class ActivationDefinition implements Definition {
  private final Op.Activation op;

  ActivationDefinition(Op.Activation op) {
    this.op = op;
  }

  @Override
  public void forward(Place at) {
    double[] x = at.input(0);
    for (int e = 0; e < x.length; e++) {
      at.output()[e] = value(x[e]);
    }
  }

  @Override
  public void backward(Place at) {
    double[] x = at.input(0);
    double[] dx = at.inputGradient(0);
    for (int e = 0; e < x.length; e++) {
      dx[e] += derivative(x[e], at.output()[e]) * at.outputGradient()[e];
    }
  }

  private double value(double x) {
    return switch (op.function()) {
      case RELU -> Math.max(x, 0); // passes NaN on
      case LEAKY_RELU -> x > 0 ? x : op.slope() * x;
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case SOFTMAX -> throw new IllegalStateException("softmax is not element-wise");
    };
  }

  private double derivative(double x, double y) {
    return switch (op.function()) {
      case RELU -> x > 0 ? 1 : 0;
      case LEAKY_RELU -> x > 0 ? 1 : op.slope();
      case SIGMOID -> y * (1 - y);
      case TANH -> 1 - y * y;
      case SOFTMAX -> throw new IllegalStateException("softmax is not element-wise");
    };
  }
}
