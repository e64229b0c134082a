package dev.jacquard.cli.bench;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.train.SampleOrder;

/** Training steps through resident data, epoch after epoch, as a training takes them. */
final class TrainingWork implements Work {
  /** Of a stretch: enough that what a stretch costs does not count. */
  private static final int STEPS = 256;

  /** Speed does not depend on it, and a small one lets no network explode. */
  private static final double RATE = 1e-4;

  private final int batch;
  private final int samples;
  private final ResidentData data;
  private final Trainer trainer;
  private final Stretch stretch;
  private final StretchResult result = new StretchResult(STEPS);
  private final SampleOrder order;
  private int[] epochOrder;
  private int epoch;
  private int position;
  private long step;

  /**
   * Uploads the data and compiles the step.
   *
   * @param session stays the caller's, which closes what this leaves open when it fails
   */
  TrainingWork(Session session, DataSet data, int batch, Optimizer rule, long seed) {
    this.batch = batch;
    this.samples = data.size();
    this.stretch = new Stretch(batch, STEPS);
    this.order = new SampleOrder(samples, seed, true);
    this.epochOrder = order.of(0);
    this.data = session.upload(data);
    this.trainer = session.trainer(batch, rule);
  }

  @Override
  public Plan plan() {
    return trainer.plan();
  }

  @Override
  public void run(int steps) {
    int left = steps;
    while (left > 0) {
      int some = Math.min(left, STEPS);
      stretch.clear(step);
      for (int i = 0; i < some; i++) {
        add();
      }
      trainer.run(data, stretch, result);
      step += some;
      left -= some;
    }
    float loss = result.losses()[stretch.steps() - 1];
    if (!Float.isFinite(loss)) {
      throw new JacquardException(
          "the loss is " + loss + " after " + step + " steps: what was measured is no training");
    }
  }

  private void add() {
    int size = Math.min(batch, samples - position);
    stretch.add(epochOrder, position, size, position, RATE);
    position += size;
    if (position == samples) {
      position = 0;
      epoch++;
      epochOrder = order.of(epoch);
    }
  }

  @Override
  public void rewind() {
    position = 0;
  }

  @Override
  public void close() {
    trainer.close();
    data.close();
  }
}
