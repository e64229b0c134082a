package dev.jacquard.reference;

import dev.jacquard.graph.Op;

/** {@code y[n,u] = bias[u] + sum over k of x[n,k] * kernel[k,u]}. */
final class DenseDefinition implements Definition {
  private final Op.Dense op;

  DenseDefinition(Op.Dense op) {
    this.op = op;
  }

  @Override
  public void forward(Place at) {
    int features = at.inputShape(0).elements();
    double[] x = at.input(0);
    double[] kernel = at.parameter("kernel");
    for (int n = 0; n < at.batch(); n++) {
      for (int u = 0; u < op.units(); u++) {
        double sum = op.bias() ? at.parameter("bias")[u] : 0;
        for (int k = 0; k < features; k++) {
          sum += x[n * features + k] * kernel[k * op.units() + u];
        }
        at.output()[n * op.units() + u] = sum;
      }
    }
  }

  @Override
  public void backward(Place at) {
    int features = at.inputShape(0).elements();
    double[] x = at.input(0);
    double[] dx = at.inputGradient(0);
    double[] kernel = at.parameter("kernel");
    double[] dKernel = at.parameterGradient("kernel");
    for (int n = 0; n < at.batch(); n++) {
      for (int u = 0; u < op.units(); u++) {
        double dy = at.outputGradient()[n * op.units() + u];
        for (int k = 0; k < features; k++) {
          dx[n * features + k] += dy * kernel[k * op.units() + u];
          dKernel[k * op.units() + u] += dy * x[n * features + k];
        }
      }
    }
    if (op.bias()) {
      at.addBiasGradient(op.units());
    }
  }
}
