package dev.jacquard.cpu.plan;

import dev.jacquard.graph.Op;

/**
 * Activations that chains do not take: sigmoid, tanh, softmax, and leaky ReLU of a negative slope.
 */
final class PlainActivation implements PlainOp {
  private final Op.Activation op;
  private final Rows x;
  private final Rows y;

  PlainActivation(Op.Activation op, Rows x, Rows y) {
    this.op = op;
    this.x = x;
    this.y = y;
  }

  @Override
  public void forward(int i) {
    for (int h = 0; h < x.layout().height(); h++) {
      for (int w = 0; w < x.layout().width(); w++) {
        pixel(x.at(i, h, w), y.at(i, h, w), x.layout().channels());
      }
    }
  }

  private void pixel(int from, int to, int channels) {
    if (op.function() == Op.Activation.Function.SOFTMAX) {
      softmax(from, to, channels);
      return;
    }
    for (int c = 0; c < channels; c++) {
      y.values()[to + c] = value(x.values()[from + c]);
    }
  }

  private float value(float z) {
    return switch (op.function()) {
      case SIGMOID -> (float) (1 / (1 + Math.exp(-z)));
      case TANH -> (float) Math.tanh(z);
      default -> z > 0 ? z : op.slope() * z;
    };
  }

  private void softmax(int from, int to, int channels) {
    double max = x.values()[from];
    for (int c = 1; c < channels; c++) {
      max = Math.max(max, x.values()[from + c]);
    }
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += Math.exp(x.values()[from + c] - max);
    }
    for (int c = 0; c < channels; c++) {
      y.values()[to + c] = (float) (Math.exp(x.values()[from + c] - max) / sum);
    }
  }

  @Override
  public void backward(int i, Rows dy, Rows[] dx) {
    for (int h = 0; h < x.layout().height(); h++) {
      for (int w = 0; w < x.layout().width(); w++) {
        int channels = x.layout().channels();
        int out = y.at(i, h, w);
        int from = dy.at(i, h, w);
        int to = dx[0].at(i, h, w);
        double dot = 0;
        for (int c = 0; op.function() == Op.Activation.Function.SOFTMAX && c < channels; c++) {
          dot += (double) dy.values()[from + c] * y.values()[out + c];
        }
        int in = x.at(i, h, w);
        for (int c = 0; c < channels; c++) {
          float g = dy.values()[from + c];
          dx[0].values()[to + c] = slope(x.values()[in + c], y.values()[out + c], g, (float) dot);
        }
      }
    }
  }

  private float slope(float in, float out, float g, float dot) {
    return switch (op.function()) {
      case SIGMOID -> g * out * (1 - out);
      case TANH -> g * (1 - out * out);
      case SOFTMAX -> out * (g - dot);
      default -> in > 0 ? g : op.slope() * g;
    };
  }
}
