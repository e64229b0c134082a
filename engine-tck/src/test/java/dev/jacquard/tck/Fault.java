package dev.jacquard.tck;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/**
 * A way in which a backend can be wrong: what it makes of each thing on its way. By default,
 * nothing.
 */
interface Fault {
  /** The options that are declared. */
  default List<BackendOption<?>> options() {
    return List.of();
  }

  /** The device that is opened in place of another. */
  default String open(String deviceId, BackendOptions options) {
    return deviceId;
  }

  default BackendReport probe(BackendReport report) {
    return report;
  }

  /** The op that is computed in place of a node's. */
  default Op op(Graph graph, Node node, SessionConfig config) {
    return node.op();
  }

  default SessionConfig config(SessionConfig config) {
    return config;
  }

  default Optimizer optimizer(Optimizer optimizer) {
    return optimizer;
  }

  default Trainer trainer(Session session, Supplier<Trainer> make) {
    return make.get();
  }

  default long firstStep(Stretch stretch) {
    return stretch.firstStep();
  }

  default int position(Stretch stretch, int step) {
    return stretch.position(step);
  }

  default double rate(Stretch stretch, int step) {
    return stretch.rate(step);
  }

  default void run(Trainer trainer, ResidentData data, Stretch stretch, StretchResult result) {
    trainer.run(data, stretch, result);
  }

  default void outcome(Stretch stretch, StretchResult result) {}

  /** Of training. */
  default Plan plan(Plan plan) {
    return plan;
  }

  default ResidentData upload(Session session, DataSet data) {
    return session.upload(data);
  }

  default void predict(
      Predictor predictor,
      ResidentData data,
      int first,
      int count,
      float[] probabilities,
      float[] losses) {
    predictor.predict(data, first, count, probabilities, losses);
  }

  default Tensor read(Session session, String name) {
    return session.read(name);
  }

  default void write(Session session, String name, Tensor value) {
    session.write(name, value);
  }

  default List<StageTime> profile(List<StageTime> times) {
    return times;
  }

  default long liveBuffers(long live) {
    return live;
  }
}
