package dev.jacquard.train;

import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;

/** Evaluates a session on a resident data set, as often as wanted. Not thread-safe. */
public final class Evaluator implements AutoCloseable {
  private static final int BATCH = 256;

  private final DataSet data;
  private final int outputs;
  private final ResidentData resident;
  private final Predictor predictor;

  /**
   * Uploads {@code data} and compiles inference.
   *
   * @param session of {@code graph}; stays the caller's
   * @throws dev.jacquard.error.JacquardException if the data set is not what the graph takes, has
   *     more samples or classes than an {@link Evaluation} holds, or the device cannot take it
   */
  public Evaluator(Session session, Graph graph, DataSet data) {
    ResidentData.check(graph, data);
    this.data = data;
    this.outputs = Predictor.outputs(data.name(), data.size(), data.classes().size());
    Evaluation.requireCountable(data.name(), data.classes().size());
    this.resident = session.upload(data);
    try {
      this.predictor = session.predictor(Math.min(BATCH, data.size()));
    } catch (RuntimeException | Error e) {
      resident.close();
      throw e;
    }
  }

  /**
   * Evaluates the session's parameters as they are now, whatever they give; a training says itself
   * when its loss is no number.
   */
  public Evaluation evaluate() {
    float[] probabilities = new float[outputs];
    float[] losses = new float[data.size()];
    predictor.predict(resident, 0, data.size(), probabilities, losses);
    return Evaluation.of(data.classes(), data.labels(), probabilities, losses);
  }

  /** The data set. */
  public DataSet data() {
    return data;
  }

  /** Frees the plan and the data on the device; the session stays. */
  @Override
  public void close() {
    predictor.close();
    resident.close();
  }
}
