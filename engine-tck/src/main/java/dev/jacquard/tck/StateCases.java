package dev.jacquard.tck;

import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Parameter;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Named tensors: initial values, round trips, resuming, and what is refused. */
final class StateCases {
  private static final Optimizer ADAM = Optimizer.Adam.defaults();

  private StateCases() {}

  static void addTo(List<TckCase> cases) {
    cases.add(new TckCase("state", "initial-values", StateCases::initial));
    cases.add(new TckCase("state", "names-in-order", StateCases::names));
    cases.add(new TckCase("state", "round-trip", StateCases::roundTrip));
    cases.add(new TckCase("state", "reads-are-copies", StateCases::copies));
    cases.add(new TckCase("state", "resume-from-tensors", StateCases::resume));
    cases.add(new TckCase("state", "write-after-compiling", StateCases::writeAfterCompiling));
    cases.add(new TckCase("state", "fresh-state-for-a-new-trainer", StateCases::fresh));
    cases.add(new TckCase("state", "refusals", StateCases::refusals));
  }

  private static void initial(Scene scene) {
    Graph graph = Networks.small();
    try (Session session = scene.device().session(graph, SessionConfig.of(42))) {
      Map<String, Tensor> expected = graph.initialValues(42);
      expected.forEach(
          (name, value) ->
              scene.require(
                  session.read(name).equals(value), name + ": not the initial values of the seed"));
    }
  }

  private static void names(Scene scene) {
    Graph graph = Networks.small();
    List<String> expected = new ArrayList<>();
    graph.parameters().forEach(parameter -> expected.add(parameter.name()));
    try (Session session = scene.device().session(graph, SessionConfig.of(1))) {
      List<String> received = session.tensors();
      scene.require(
          received.equals(expected), "expected tensors " + expected + ", received " + received);
      try (Trainer trainer = session.trainer(4, ADAM)) {
        scene.require(!trainer.plan().stages().isEmpty(), "the trainer's plan has no stages");
        List<String> more = session.tensors();
        scene.require(
            more.subList(0, expected.size()).equals(expected)
                && more.contains("optimizer/m/conv/kernel")
                && more.contains("optimizer/v/head/bias")
                && !more.contains("optimizer/m/batch_normalization/moving_mean"),
            "with a trainer, received " + more);
        for (Parameter parameter : graph.parameters()) {
          for (String slot : parameter.trainable() ? ADAM.slots() : List.<String>of()) {
            String name = Optimizer.tensor(slot, parameter.name());
            Shape shape = session.read(name).shape();
            scene.require(
                shape.equals(parameter.shape()),
                name + ": expected the shape " + parameter.shape() + ", received " + shape);
          }
        }
      }
    }
  }

  private static void roundTrip(Scene scene) {
    Graph graph = Networks.small();
    try (Session session = scene.device().session(graph, SessionConfig.of(1));
        Trainer trainer = session.trainer(4, ADAM)) {
      scene.require(!trainer.plan().fingerprint().isEmpty(), "the plan has no fingerprint");
      long seed = 99;
      for (String name : session.tensors()) {
        Shape shape = session.read(name).shape();
        Tensor value = Tensor.of(shape, Values.uniform(++seed, shape.elements(), -2, 2));
        session.write(name, value);
        scene.require(
            session.read(name).equals(value), name + ": written and read back it differs");
      }
    }
  }

  private static void copies(Scene scene) {
    Graph graph = Networks.small();
    try (Session session = scene.device().session(graph, SessionConfig.of(1))) {
      Tensor before = session.read("conv/kernel");
      float first = before.values()[0];
      before.values()[0] = first + 1;
      scene.require(
          session.read("conv/kernel").values()[0] == first,
          "changing what was read changed the state");
    }
  }

  /** Everything that later steps depend on is in the named tensors and in the step's number. */
  private static void resume(Scene scene) {
    Trial trial = Trials.initial(Networks.small(), 4, 10);
    Course whole = new Course(trial, 6, step -> 0.01);
    Course half = new Course(trial, 3, step -> 0.01);
    Course.Outcome expected;
    Course.Outcome first;
    Course.Outcome second;
    List<Tensor> state = new ArrayList<>();
    List<Tensor> after = new ArrayList<>();
    List<Tensor> resumed = new ArrayList<>();
    try (Session session = trial.open(scene, true);
        ResidentData data = session.upload(trial.data());
        Trainer trainer = session.trainer(4, ADAM)) {
      expected = whole.train(trainer, data, 6);
      session.tensors().forEach(name -> after.add(session.read(name)));
    }
    try (Session session = trial.open(scene, true);
        ResidentData data = session.upload(trial.data());
        Trainer trainer = session.trainer(4, ADAM)) {
      first = half.train(trainer, data, 3);
      session.tensors().forEach(name -> state.add(session.read(name)));
    }
    try (Session session = trial.open(scene, true);
        ResidentData data = session.upload(trial.data());
        Trainer trainer = session.trainer(4, ADAM)) {
      List<String> names = session.tensors();
      for (int i = 0; i < names.size(); i++) {
        session.write(names.get(i), state.get(i));
      }
      second = whole.train(trainer, data, 6, 3);
      names.forEach(name -> resumed.add(session.read(name)));
    }
    float[] losses = Arrays.copyOf(first.losses(), 6);
    System.arraycopy(second.losses(), 3, losses, 3, 3);
    scene.require(
        Arrays.equals(losses, expected.losses()),
        "resumed losses "
            + Arrays.toString(losses)
            + ", in one go "
            + Arrays.toString(expected.losses()));
    scene.require(resumed.equals(after), "the state after resuming is not that of one go");
  }

  /** Plans see what is written after they were compiled. */
  private static void writeAfterCompiling(Scene scene) {
    Trial trial = Trials.real(Networks.small(), 4, 4);
    float[] probabilities = new float[4 * trial.graph().classes()];
    try (Session session = scene.device().session(trial.graph(), SessionConfig.of(5));
        ResidentData data = session.upload(trial.data());
        Predictor predictor = session.predictor(4)) {
      predictor.predict(data, 0, 4, probabilities, null);
      trial.weights().forEach(session::write);
      predictor.predict(data, 0, 4, probabilities, null);
    }
    double[] expected = trial.model().infer(trial.batch(0, 4)).probabilities();
    scene.compare("forward", "probabilities", probabilities, expected, trial.tolerance());
  }

  private static void fresh(Scene scene) {
    Trial trial = Trials.initial(Networks.small(), 4, 10);
    try (Session session = trial.open(scene, true);
        ResidentData data = session.upload(trial.data())) {
      try (Trainer trainer = session.trainer(4, ADAM)) {
        new Course(trial, 2, step -> 0.01).train(trainer, data, 2);
      }
      try (Trainer trainer = session.trainer(4, ADAM)) {
        scene.require(trainer.plan().launches() >= 0, "a plan with a negative number of launches");
        for (Parameter parameter : trial.graph().parameters()) {
          for (String slot : parameter.trainable() ? ADAM.slots() : List.<String>of()) {
            String name = Optimizer.tensor(slot, parameter.name());
            float[] values = session.read(name).values();
            scene.require(
                Arrays.equals(values, new float[values.length]),
                name + ": a new trainer's state is not 0");
          }
        }
      }
    }
  }

  private static void refusals(Scene scene) {
    Graph graph = Networks.small();
    try (Session session = scene.device().session(graph, SessionConfig.of(1))) {
      Tensor one = Tensor.zeros(Shape.of(1));
      scene.requireFailure(
          "reading an unknown tensor", () -> session.read("nobody/kernel"), "nobody/kernel");
      scene.requireFailure(
          "reading a slot without a trainer",
          () -> session.read("optimizer/m/conv/kernel"),
          "optimizer/m/conv/kernel");
      scene.requireFailure(
          "writing an unknown tensor", () -> session.write("nobody/bias", one), "nobody/bias");
      scene.requireFailure(
          "writing another shape",
          () -> session.write("conv/bias", one),
          "conv/bias",
          "[5]",
          "[1]");
      DataSet narrow = Values.floats(1, Shape.of(9, 7, 2), 3, 4);
      scene.requireFailure(
          "uploading samples of another shape",
          () -> session.upload(narrow),
          "[9, 7, 3]",
          "[9, 7, 2]");
      DataSet bytes = Values.bytes(1, Shape.of(9, 7, 3), 3, 4);
      scene.requireFailure("uploading bytes for floats", () -> session.upload(bytes));
      int[] labels = {0, 6, 1};
      DataSet many = Values.floats(Shape.of(9, 7, 3), new float[3 * 189], labels, 7);
      scene.requireFailure("uploading a label without a class", () -> session.upload(many));
      DataSet few = Values.floats(1, Shape.of(9, 7, 3), 3, 3);
      scene.requireFailure("uploading fewer classes", () -> session.upload(few));
    }
  }
}
