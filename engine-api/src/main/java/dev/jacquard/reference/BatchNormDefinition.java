package dev.jacquard.reference;

import dev.jacquard.graph.Op;

/**
 * {@code gamma * (x - mean) / sqrt(variance + epsilon) + beta} over the last axis, the variance
 * biased.
 */
final class BatchNormDefinition implements Definition {
  private final Op.BatchNorm op;
  private double[] mean = {};
  private double[] variance = {};

  BatchNormDefinition(Op.BatchNorm op) {
    this.op = op;
  }

  @Override
  public void forward(Place at) {
    if (at.training()) {
      measure(at);
    } else {
      mean = at.parameter("moving_mean");
      variance = at.parameter("moving_variance");
    }
    int channels = mean.length;
    for (int e = 0; e < at.output().length; e++) {
      int c = e % channels;
      at.output()[e] = gamma(at, c) * normalised(at, e);
      if (op.center()) {
        at.output()[e] += at.parameter("beta")[c];
      }
    }
  }

  private void measure(Place at) {
    double[] x = at.input(0);
    int channels = at.inputShape(0).channels();
    double count = (double) x.length / channels;
    mean = new double[channels];
    variance = new double[channels];
    for (int e = 0; e < x.length; e++) {
      mean[e % channels] += x[e] / count;
    }
    for (int e = 0; e < x.length; e++) {
      double off = x[e] - mean[e % channels];
      variance[e % channels] += off * off / count;
    }
  }

  /**
   * With the batch's statistics depending on every x: {@code dx = gamma / deviation * (dy -
   * mean(dy) - normalised * mean(dy * normalised))}.
   */
  @Override
  public void backward(Place at) {
    double[] dy = at.outputGradient();
    int channels = mean.length;
    double count = (double) dy.length / channels;
    double[] sum = new double[channels];
    double[] dot = new double[channels];
    for (int e = 0; e < dy.length; e++) {
      sum[e % channels] += dy[e];
      dot[e % channels] += dy[e] * normalised(at, e);
    }
    for (int e = 0; e < dy.length; e++) {
      int c = e % channels;
      double centred = dy[e] - sum[c] / count - normalised(at, e) * dot[c] / count;
      at.inputGradient(0)[e] += gamma(at, c) / deviation(c) * centred;
    }
    for (int c = 0; c < channels; c++) {
      if (op.scale()) {
        at.parameterGradient("gamma")[c] += dot[c];
      }
      if (op.center()) {
        at.parameterGradient("beta")[c] += sum[c];
      }
    }
  }

  @Override
  public void settle(Place at) {
    double momentum = op.momentum();
    for (int c = 0; c < mean.length; c++) {
      double[] movingMean = at.parameter("moving_mean");
      double[] movingVariance = at.parameter("moving_variance");
      movingMean[c] = momentum * movingMean[c] + (1 - momentum) * mean[c];
      movingVariance[c] = momentum * movingVariance[c] + (1 - momentum) * variance[c];
    }
  }

  private double gamma(Place at, int c) {
    return op.scale() ? at.parameter("gamma")[c] : 1;
  }

  private double deviation(int c) {
    return Math.sqrt(variance[c] + op.epsilon());
  }

  private double normalised(Place at, int e) {
    int c = e % mean.length;
    return (at.input(0)[e] - mean[c]) / deviation(c);
  }
}
