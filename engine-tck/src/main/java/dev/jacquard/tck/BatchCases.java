package dev.jacquard.tck;

import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.graph.Optimizer;
import java.util.List;

/** Batches that are not full, down to one sample, and plans for one sample. */
final class BatchCases {
  private BatchCases() {}

  static void addTo(List<TckCase> cases) {
    for (int n : new int[] {8, 7, 5, 3, 2, 1}) {
      cases.add(new TckCase("batch", n + "-of-8", s -> tail(s, n)));
    }
    cases.add(new TckCase("batch", "1-of-1", s -> Trials.real(Networks.small(), 1, 3).run(s)));
    cases.add(new TckCase("batch", "33-of-33", s -> Trials.real(Networks.small(), 33, 33).run(s)));
    cases.add(new TckCase("batch", "full-and-tail-by-turns", BatchCases::turns));
    cases.add(new TckCase("batch", "refusals", BatchCases::refusals));
  }

  /** A stretch that cannot be trained whole changes nothing, not even by its steps that could. */
  private static void refusals(Scene scene) {
    Trial trial = Trials.real(Networks.small(), 4, 9);
    int[] order = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1};
    try (Session session = trial.open(scene, true)) {
      try (ResidentData data = session.upload(trial.data());
          Trainer trainer = session.trainer(4, Optimizer.Sgd.defaults())) {
        StretchResult two = new StretchResult(2);
        scene.requireFailure(
            "training on sample 9 of 9", () -> trainer.run(data, steps(order, 4, 6, 4), two));
        scene.requireFailure(
            "training on sample -1", () -> trainer.run(data, steps(order, 4, 10, 1), two));
        scene.requireFailure(
            "training steps of 5 samples with a trainer for 4",
            () -> trainer.run(data, steps(order, 5, 0, 5), two));
        scene.requireFailure(
            "training two steps with room for the result of one",
            () -> trainer.run(data, steps(order, 4, 4, 4), new StretchResult(1)));
      }
      trial.infer(scene, session, trial.tolerance());
    }
  }

  /** The first four samples in a step, then {@code size} of {@code order} in another. */
  private static Stretch steps(int[] order, int batch, int from, int size) {
    Stretch stretch = new Stretch(batch, 2);
    stretch.clear(0);
    stretch.add(order, 0, 4, 0, 1);
    stretch.add(order, from, size, 4, 1);
    return stretch;
  }

  /** What a full batch leaves behind must not leak into the tail after it, nor the other way. */
  private static void turns(Scene scene) {
    CurveCases.compare(scene, Trials.initial(Networks.small(), 4, 6), 6, CurveCases.SMOOTH);
  }

  private static void tail(Scene scene, int n) {
    Trial trial = Trials.real(Networks.small(), 8, 8);
    try (Session session = trial.open(scene, true)) {
      trial.gradients(scene, session, n, trial.tolerance());
    }
  }
}
