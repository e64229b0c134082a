package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;

/**
 * The head in training: each sample's loss, whether it was classified right, and the gradient of
 * its logits.
 */
final class TrainingHead {
  private final Head head;
  private final double smoothing;
  private final double[] losses;
  private final int[] right;

  TrainingHead(Head head, double smoothing, int batch, Arena arena) {
    this.head = head;
    this.smoothing = smoothing;
    this.losses = arena.doubles(batch, "losses");
    this.right = arena.ints(batch, "hits");
  }

  /** The stage; {@code gradient} receives the logits' gradient, null where nothing needs it. */
  Stage stage(Plan.Stage about, Rows gradient) {
    return new ImagesStage(
        about,
        gradient == null ? 1 : gradient.layout().image(),
        (step, first, count, worker) -> {
          int[] labels = step.data.set().labels();
          for (int i = first; i < first + count; i++) {
            int label = labels[step.indices[step.at + i]];
            losses[i] = head.loss(i, label, smoothing);
            right[i] = head.hits(i, label) ? 1 : 0;
            if (gradient != null) {
              head.gradient(i, label, smoothing, step.n, gradient.values(), gradient.at(i, 0, 0));
            }
          }
        });
  }

  /** The mean loss of the batch's {@code n} samples. */
  float loss(int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += losses[i];
    }
    return (float) (sum / n);
  }

  /** How many of the batch's {@code n} samples were classified right. */
  int hits(int n) {
    int sum = 0;
    for (int i = 0; i < n; i++) {
      sum += right[i];
    }
    return sum;
  }
}
