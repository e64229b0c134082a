package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.graph.Op;

/**
 * Activations that chains do not take: sigmoid, tanh, softmax, and leaky ReLU of a negative slope.
 */
final class PlainActivation implements PlainOp {
  private final Op.Activation op;
  private final Rows x;
  private final Rows y;
  private final Loops loops;

  PlainActivation(Op.Activation op, Rows x, Rows y, Loops loops) {
    this.op = op;
    this.x = x;
    this.y = y;
    this.loops = loops;
  }

  @Override
  public void forward(int i) {
    Layout in = x.layout();
    boolean rows = byRows(y.layout());
    int count = rows ? in.width() * in.physical() : in.channels();
    for (int h = 0; h < in.height(); h++) {
      for (int w = 0; w < in.width(); w += rows ? in.width() : 1) {
        forward(x.at(i, h, w), y.at(i, h, w), count);
      }
      if (op.function() == Op.Activation.Function.SIGMOID) {
        // That of 0 is not 0.
        y.clearGaps(i, h);
      }
    }
  }

  /** Whether a row is treated at once, channels that only fill up a vector too. */
  private boolean byRows(Layout other) {
    boolean softmax = op.function() == Op.Activation.Function.SOFTMAX;
    return !softmax && other.physical() == x.layout().physical();
  }

  private void forward(int from, int to, int count) {
    switch (op.function()) {
      case SIGMOID -> loops.sigmoid(x.values(), from, y.values(), to, count);
      case TANH -> loops.tanh(x.values(), from, y.values(), to, count);
      case SOFTMAX -> softmax(from, to, count);
      default -> leaky(from, to, count);
    }
  }

  private void leaky(int from, int to, int count) {
    for (int c = 0; c < count; c++) {
      float z = x.values()[from + c];
      y.values()[to + c] = z > 0 ? z : op.slope() * z;
    }
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
    Layout in = x.layout();
    boolean rows = byRows(y.layout()) && byRows(dy.layout()) && byRows(dx[0].layout());
    int count = rows ? in.width() * in.physical() : in.channels();
    float[] to = dx[0].values();
    for (int h = 0; h < in.height(); h++) {
      for (int w = 0; w < in.width(); w += rows ? in.width() : 1) {
        int at = dx[0].at(i, h, w);
        backward(x.at(i, h, w), y.at(i, h, w), dy.values(), dy.at(i, h, w), to, at, count);
      }
    }
  }

  private void backward(int in, int out, float[] dy, int from, float[] dx, int to, int count) {
    float[] values = y.values();
    switch (op.function()) {
      case SIGMOID -> {
        for (int c = 0; c < count; c++) {
          dx[to + c] = dy[from + c] * values[out + c] * (1 - values[out + c]);
        }
      }
      case TANH -> {
        for (int c = 0; c < count; c++) {
          dx[to + c] = dy[from + c] * (1 - values[out + c] * values[out + c]);
        }
      }
      case SOFTMAX -> softmaxBackward(out, dy, from, dx, to, count);
      default -> {
        for (int c = 0; c < count; c++) {
          dx[to + c] = x.values()[in + c] > 0 ? dy[from + c] : op.slope() * dy[from + c];
        }
      }
    }
  }

  private void softmaxBackward(int out, float[] dy, int from, float[] dx, int to, int channels) {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += (double) dy[from + c] * y.values()[out + c];
    }
    float dot = (float) sum;
    for (int c = 0; c < channels; c++) {
      dx[to + c] = y.values()[out + c] * (dy[from + c] - dot);
    }
  }
}
