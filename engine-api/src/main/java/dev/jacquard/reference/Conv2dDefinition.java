package dev.jacquard.reference;

import dev.jacquard.graph.Op;

/**
 * {@code y[n,i,j,f] = bias[f] + sum over a, b, c of x[n, i*strideH+a-top, j*strideW+b-left, c] *
 * kernel[a,b,c,f]}, zero outside the input.
 */
final class Conv2dDefinition implements Definition {
  private final Op.Conv2d op;

  Conv2dDefinition(Op.Conv2d op) {
    this.op = op;
  }

  @Override
  public void forward(Place at) {
    int channels = at.inputShape(0).channels();
    int filters = op.filters();
    double[] x = at.input(0);
    double[] y = at.output();
    double[] kernel = at.parameter("kernel");
    if (op.bias()) {
      for (int e = 0; e < y.length; e++) {
        y[e] = at.parameter("bias")[e % filters];
      }
    }
    Taps.each(
        at,
        op.window(),
        (in, tap, out) -> {
          for (int c = 0; c < channels; c++) {
            double value = x[in * channels + c];
            int k = (tap * channels + c) * filters;
            for (int f = 0; f < filters; f++) {
              y[out * filters + f] += value * kernel[k + f];
            }
          }
        });
  }

  @Override
  public void backward(Place at) {
    int channels = at.inputShape(0).channels();
    int filters = op.filters();
    double[] x = at.input(0);
    double[] dx = at.inputGradient(0);
    double[] dy = at.outputGradient();
    double[] kernel = at.parameter("kernel");
    double[] dKernel = at.parameterGradient("kernel");
    Taps.each(
        at,
        op.window(),
        (in, tap, out) -> {
          for (int c = 0; c < channels; c++) {
            double value = x[in * channels + c];
            int k = (tap * channels + c) * filters;
            double sum = 0;
            for (int f = 0; f < filters; f++) {
              sum += dy[out * filters + f] * kernel[k + f];
              dKernel[k + f] += dy[out * filters + f] * value;
            }
            dx[in * channels + c] += sum;
          }
        });
    if (op.bias()) {
      at.addBiasGradient(filters);
    }
  }
}
