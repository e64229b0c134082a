package dev.jacquard.tck;

import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;

/** A loss that takes in all logits, those with the factor 0 too: 0 times an infinite one is NaN. */
final class AllLogitsCount implements Fault {
  @Override
  public void predict(
      Predictor predictor,
      ResidentData data,
      int first,
      int count,
      float[] probabilities,
      float[] losses) {
    predictor.predict(data, first, count, probabilities, losses);
    int classes = probabilities.length / count;
    for (int e = 0; e < count * classes; e++) {
      if (probabilities[e] == 0) {
        losses[e / classes] = Float.NaN;
      }
    }
  }
}
