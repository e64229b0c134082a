package dev.jacquard.tck;

import dev.jacquard.backend.Session;
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
  }

  /** What a full batch leaves behind must not leak into the tail after it, nor the other way. */
  private static void turns(Scene scene) {
    CurveCases.compare(scene, Trials.initial(Networks.small(), 4, 6), 6, 1e-5);
  }

  private static void tail(Scene scene, int n) {
    Trial trial = Trials.real(Networks.small(), 8, 8);
    try (Session session = trial.open(scene, true)) {
      trial.gradients(scene, session, n, trial.tolerance());
    }
  }
}
