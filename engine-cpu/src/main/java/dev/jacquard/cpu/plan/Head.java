package dev.jacquard.cpu.plan;

/**
 * Softmax and cross-entropy, sample by sample, in double: there are few logits, and the loss is
 * what everything else is judged by. Allocates nothing.
 */
final class Head {
  private final Layout layout;
  private final float[] logits;
  private final int classes;

  Head(Layout layout, float[] logits) {
    this.layout = layout;
    this.logits = logits;
    this.classes = layout.channels();
  }

  /** The loss of sample {@code i}, smoothing its label. */
  double loss(int i, int label, double smoothing) {
    int at = at(i);
    double max = max(at);
    double sum = 0;
    double mean = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[at + c] - max);
      mean += logits[at + c];
    }
    // An infinite logit of another class is no NaN unless it is part of the target.
    double others = smoothing == 0 ? 0 : smoothing * mean / classes;
    return Math.log(sum) + max - ((1 - smoothing) * logits[at + label] + others);
  }

  /** The probabilities of sample {@code i}, into {@code to}. */
  void probabilities(int i, float[] to, int base) {
    int at = at(i);
    double max = max(at);
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[at + c] - max);
    }
    for (int c = 0; c < classes; c++) {
      to[base + c] = (float) (Math.exp(logits[at + c] - max) / sum);
    }
  }

  /** The gradient of the mean loss over {@code n} samples by the logits of sample {@code i}. */
  void gradient(int i, int label, double smoothing, int n, float[] to, int base) {
    int at = at(i);
    double max = max(at);
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[at + c] - max);
    }
    for (int c = 0; c < classes; c++) {
      double target = (c == label ? 1 - smoothing : 0) + smoothing / classes;
      to[base + c] = (float) ((Math.exp(logits[at + c] - max) / sum - target) / n);
    }
  }

  /** Whether the first greatest logit of sample {@code i} is its label's. */
  boolean hits(int i, int label) {
    int at = at(i);
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (logits[at + c] > logits[at + best]) {
        best = c;
      }
    }
    return best == label;
  }

  private int at(int i) {
    return layout.origin() + i * layout.image();
  }

  /** The greatest logit; NaN if any is. */
  private double max(int at) {
    double max = logits[at];
    for (int c = 1; c < classes; c++) {
      max = Math.max(max, logits[at + c]);
    }
    return max;
  }
}
