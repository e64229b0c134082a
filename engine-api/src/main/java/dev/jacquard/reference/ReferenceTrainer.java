package dev.jacquard.reference;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;

/** Trains step by step. */
final class ReferenceTrainer implements Trainer {
  private final ReferenceSession session;
  private final int batch;
  private final OptimizerState state;

  ReferenceTrainer(ReferenceSession session, int batch, OptimizerState state) {
    this.session = session;
    this.batch = batch;
    this.state = state;
  }

  OptimizerState state() {
    return state;
  }

  @Override
  public void run(ResidentData data, Stretch stretch, StretchResult result) {
    DataSet set = session.find(data);
    stretch.check(batch, set.size(), result);
    ReferenceModel model = session.model();
    for (int s = 0; s < stretch.steps(); s++) {
      int from = s * stretch.batch();
      Batch samples =
          Batch.of(model.graph().input(), set, stretch.indices(), from, stretch.size(s));
      long step = stretch.firstStep() + s;
      Pass pass = model.train(samples, step, stretch.position(s), state, stretch.rate(s));
      session.roundState();
      result.losses()[s] = (float) pass.loss();
      result.hits()[s] = pass.hits();
    }
  }

  @Override
  public Plan plan() {
    return session.plan("train", state.optimizer().toString());
  }

  @Override
  public void close() {
    // Its state stays readable until the session is closed.
  }
}
