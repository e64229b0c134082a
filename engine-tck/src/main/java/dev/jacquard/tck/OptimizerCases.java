package dev.jacquard.tck;

import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Trainer;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Parameter;
import dev.jacquard.reference.OptimizerState;
import dev.jacquard.reference.ReferenceModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several steps of each rule, each step at another rate; then every parameter and every slot is
 * compared.
 */
final class OptimizerCases {
  private static final int STEPS = 6;

  private OptimizerCases() {}

  static void addTo(List<TckCase> cases) {
    Map<String, Optimizer> rules = new LinkedHashMap<>();
    rules.put("adam", Optimizer.Adam.defaults());
    rules.put("adam-other-constants", new Optimizer.Adam(0.01, 0.8, 0.99, 1e-3));
    rules.put("adamw", Optimizer.AdamW.defaults());
    rules.put("adamw-strong", new Optimizer.AdamW(0.01, 0.9, 0.99, 1e-5, 0.5));
    rules.put("sgd", Optimizer.Sgd.defaults());
    rules.put("momentum", new Optimizer.Sgd(0.01, 0.9, false));
    rules.put("nesterov", new Optimizer.Sgd(0.01, 0.9, true));
    rules.forEach((name, rule) -> cases.add(new TckCase("optimizer", name, s -> run(s, rule))));
    rules.forEach(
        (name, rule) ->
            cases.add(new TckCase("optimizer", "first-step-of-" + name, s -> first(s, rule))));
  }

  /**
   * One step from gradients that are exact, so that only the rule's own roundings are left. A rule
   * whose {@code 1 - beta2} was computed in fp32 is 13e-6 off.
   */
  private static void first(Scene scene, Optimizer rule) {
    GraphBuilder builder = Networks.over(5);
    Networks.then(builder, "dense", new Op.Dense(7, true));
    Trial trial = Trials.exact(Networks.head(builder, 3), 4, 4);
    compare(scene, trial, new Course(trial, 1, step -> 0.01), rule, Tolerance.strict());
  }

  private static Graph graph() {
    GraphBuilder builder = Networks.over(4, 3, 2);
    Networks.conv(builder, "conv", 5, 3);
    Networks.then(builder, "tanh", new Op.Activation(Op.Activation.Function.TANH, 0));
    Networks.then(builder, "norm", Networks.NORM);
    return Networks.head(builder, 3);
  }

  private static void run(Scene scene, Optimizer rule) {
    Trial trial = Trials.real(graph(), 4, 11);
    Course course = new Course(trial, STEPS, step -> 0.02 / (1 + step));
    compare(scene, trial, course, rule, Tolerance.relative(2e-5));
  }

  private static void compare(
      Scene scene, Trial trial, Course course, Optimizer rule, Tolerance tolerance) {
    ReferenceModel model = trial.model();
    OptimizerState state = new OptimizerState(rule, trial.graph());
    course.train(model, state);
    try (Session session = trial.open(scene, true);
        ResidentData data = session.upload(trial.data());
        Trainer trainer = session.trainer(trial.batch(), rule)) {
      course.train(trainer, data, 4);
      for (Parameter parameter : trial.graph().parameters()) {
        float[] received = session.read(parameter.name()).values();
        double[] expected = model.parameter(parameter.name());
        scene.compare("update", parameter.name(), received, expected, tolerance);
      }
      state
          .slots()
          .forEach(
              (name, expected) -> {
                scene.require(session.tensors().contains(name), "tensors() does not list " + name);
                float[] received = session.read(name).values();
                scene.compare("update", name, received, expected, tolerance);
              });
    }
  }
}
