package dev.jacquard.tck;

import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Trainer;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.reference.OptimizerState;
import java.util.List;

/** Loss curves beside the oracle's: small networks over 40 steps, the reference network over 5. */
final class CurveCases {
  static final Tolerance SMOOTH = Tolerance.relative(1e-5);
  private static final Tolerance TORN = Tolerance.torn(2e-3, 0.1);

  private CurveCases() {}

  static void addTo(List<TckCase> cases) {
    cases.add(
        new TckCase(
            "curve",
            "dense-40-steps",
            s -> compare(s, Trials.initial(dense(), 8, 29), 40, SMOOTH)));
    cases.add(
        new TckCase(
            "curve", "conv-40-steps", s -> compare(s, Trials.initial(conv(), 8, 29), 40, SMOOTH)));
    cases.add(
        new TckCase(
            "curve",
            "reference-network-5-steps",
            s -> compare(s, Trials.initial(Networks.reference(), 8, 37), 5, TORN)));
  }

  private static Graph dense() {
    GraphBuilder builder = Networks.over(11);
    Networks.then(builder, "dense", new Op.Dense(17, true));
    Networks.then(builder, "tanh", new Op.Activation(Op.Activation.Function.TANH, 0));
    Networks.then(builder, "dropout", new Op.Dropout(0.25));
    return Networks.head(builder, 4);
  }

  private static Graph conv() {
    GraphBuilder builder = Networks.over(6, 5, 2);
    Networks.conv(builder, "conv", 6, 3);
    Networks.then(builder, "sigmoid", new Op.Activation(Op.Activation.Function.SIGMOID, 0));
    Networks.then(builder, "pool", new Op.AvgPool(Networks.square(builder, 2, 2, true)));
    Networks.then(builder, "norm", Networks.NORM);
    return Networks.head(builder, 3);
  }

  /** Trains with Adam on both sides; the magnitude is the least loss. */
  static void compare(Scene scene, Trial trial, int steps, Tolerance tolerance) {
    Course course = new Course(trial, steps, step -> 0.002);
    Optimizer adam = Optimizer.Adam.defaults();
    double[] expected = course.train(trial.model(), new OptimizerState(adam, trial.graph()));
    Course.Outcome received;
    try (Session session = trial.open(scene, true);
        ResidentData data = session.upload(trial.data());
        Trainer trainer = session.trainer(trial.batch(), adam)) {
      received = course.train(trainer, data, 7);
    }
    double least = Double.POSITIVE_INFINITY;
    for (double loss : expected) {
      least = Math.min(least, loss);
    }
    scene.compare("update", "loss curve", received.losses(), expected, least, tolerance);
  }
}
