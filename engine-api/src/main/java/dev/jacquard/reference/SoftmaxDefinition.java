package dev.jacquard.reference;

/** {@code exp(x - max) / sum of exp(x - max)} over the last axis. */
final class SoftmaxDefinition implements Definition {
  @Override
  public void forward(Place at) {
    int channels = at.inputShape(0).channels();
    for (int from = 0; from < at.output().length; from += channels) {
      softmax(at.input(0), at.output(), from, channels);
    }
  }

  @Override
  public void backward(Place at) {
    int channels = at.inputShape(0).channels();
    double[] y = at.output();
    double[] dy = at.outputGradient();
    double[] dx = at.inputGradient(0);
    for (int from = 0; from < y.length; from += channels) {
      double dot = 0;
      for (int e = from; e < from + channels; e++) {
        dot += y[e] * dy[e];
      }
      for (int e = from; e < from + channels; e++) {
        dx[e] += y[e] * (dy[e] - dot);
      }
    }
  }

  /** Softmax of {@code x[from .. from + count - 1]}; returns {@code log(sum of exp(x))}. */
  static double softmax(double[] x, double[] y, int from, int count) {
    double max = x[from];
    for (int e = from; e < from + count; e++) {
      max = Math.max(max, x[e]);
    }
    double sum = 0;
    for (int e = from; e < from + count; e++) {
      y[e] = Math.exp(x[e] - max);
      sum += y[e];
    }
    for (int e = from; e < from + count; e++) {
      y[e] /= sum;
    }
    return max + Math.log(sum);
  }
}
