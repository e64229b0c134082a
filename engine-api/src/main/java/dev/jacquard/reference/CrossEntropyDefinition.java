package dev.jacquard.reference;

import dev.jacquard.graph.Op;

/**
 * The head: probabilities by softmax, and each sample's {@code log(sum of exp z) - sum of q z} from
 * the logits. In evaluation {@code q} is one-hot; in training it is smoothed. The gradient is the
 * mean loss's.
 */
final class CrossEntropyDefinition implements Definition {
  private final Op.SoftmaxCrossEntropy op;

  CrossEntropyDefinition(Op.SoftmaxCrossEntropy op) {
    this.op = op;
  }

  @Override
  public void forward(Place at) {
    int classes = at.inputShape(0).channels();
    double[] logits = at.input(0);
    for (int n = 0; n < at.batch(); n++) {
      int from = n * classes;
      double loss = SoftmaxDefinition.softmax(logits, at.output(), from, classes);
      int best = 0;
      for (int c = 0; c < classes; c++) {
        // 0 * logit is left out: an infinite logit of another class is no NaN.
        double q = target(at, n, c);
        loss -= q == 0 ? 0 : q * logits[from + c];
        best = logits[from + c] > logits[from + best] ? c : best;
      }
      at.score(n, loss, best);
    }
  }

  @Override
  public void backward(Place at) {
    int classes = at.inputShape(0).channels();
    for (int e = 0; e < at.output().length; e++) {
      double target = target(at, e / classes, e % classes);
      at.inputGradient(0)[e] += (at.output()[e] - target) / at.batch();
    }
  }

  private double target(Place at, int n, int c) {
    double smoothing = at.training() ? op.labelSmoothing() : 0;
    double onehot = at.label(n) == c ? 1 : 0;
    return (1 - smoothing) * onehot + smoothing / at.inputShape(0).channels();
  }
}
