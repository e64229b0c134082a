package dev.jacquard.cli.bench;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.data.DataSet;

/** Classifies resident images from the first on; their probabilities come back to the host. */
final class InferenceWork implements Work {
  private final ResidentData data;
  private final Predictor predictor;
  private final float[] probabilities;
  private final int batch;

  /**
   * Uploads the data and compiles inference.
   *
   * @param session stays the caller's, which closes what this leaves open when it fails
   */
  InferenceWork(Session session, DataSet data, int batch) {
    this.batch = batch;
    this.probabilities = new float[Math.multiplyExact(data.size(), data.classes().size())];
    this.data = session.upload(data);
    this.predictor = session.predictor(batch);
  }

  @Override
  public Plan plan() {
    return predictor.plan();
  }

  @Override
  public void run(int batches) {
    int images = (int) Math.min((long) batches * batch, data.size());
    predictor.predict(data, 0, images, probabilities, null);
  }

  @Override
  public void rewind() {
    // Every run begins there.
  }

  @Override
  public void close() {
    predictor.close();
    data.close();
  }
}
