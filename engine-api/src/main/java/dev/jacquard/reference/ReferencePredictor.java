package dev.jacquard.reference;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.data.DataSet;

/** Classifies batch by batch. */
final class ReferencePredictor implements Predictor {
  private final ReferenceSession session;
  private final int batch;

  ReferencePredictor(ReferenceSession session, int batch) {
    this.session = session;
    this.batch = batch;
  }

  @Override
  public void predict(
      ResidentData data, int first, int count, float[] probabilities, float[] losses) {
    DataSet set = session.find(data);
    ReferenceModel model = session.model();
    Predictor.check(model.graph(), set.name(), set.size(), first, count, probabilities, losses);
    int classes = model.graph().classes();
    int[] indices = new int[batch];
    for (int done = 0; done < count; done += batch) {
      int size = Math.min(batch, count - done);
      for (int n = 0; n < size; n++) {
        indices[n] = first + done + n;
      }
      Pass pass = model.infer(Batch.of(model.graph().input(), set, indices, 0, size));
      for (int e = 0; e < size * classes; e++) {
        probabilities[done * classes + e] = (float) pass.probabilities()[e];
      }
      for (int n = 0; losses != null && n < size; n++) {
        losses[done + n] = (float) pass.loss(n);
      }
    }
  }

  @Override
  public Plan plan() {
    return session.plan("predict", "");
  }

  @Override
  public void close() {
    // It holds nothing of its own.
  }
}
