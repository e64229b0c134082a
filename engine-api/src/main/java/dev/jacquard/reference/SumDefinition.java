package dev.jacquard.reference;

/**
 * The element-wise sum of all inputs. Flattening is the sum of one: row-major elements stay in
 * their places, only the shape changes.
 */
final class SumDefinition implements Definition {
  @Override
  public void forward(Place at) {
    double[] y = at.output();
    for (int input = 0; input < at.inputs(); input++) {
      double[] x = at.input(input);
      for (int e = 0; e < y.length; e++) {
        y[e] += x[e];
      }
    }
  }

  @Override
  public void backward(Place at) {
    double[] dy = at.outputGradient();
    for (int input = 0; input < at.inputs(); input++) {
      double[] dx = at.inputGradient(input);
      for (int e = 0; e < dy.length; e++) {
        dx[e] += dy[e];
      }
    }
  }
}
