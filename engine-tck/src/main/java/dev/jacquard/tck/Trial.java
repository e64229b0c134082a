package dev.jacquard.tck;

import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Parameter;
import dev.jacquard.reference.Batch;
import dev.jacquard.reference.OptimizerState;
import dev.jacquard.reference.Pass;
import dev.jacquard.reference.ReferenceModel;
import dev.jacquard.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A network with its weights and samples, run on the device and in the oracle side by side.
 *
 * <p>Gradients are read from the state of SGD with momentum, which after the first step at rate 1
 * is the negative gradient, free of the rounding that a difference of weights would bring.
 *
 * @param batch samples of a full batch; the data set may have any number
 * @param weights values of all parameters
 */
record Trial(Graph graph, DataSet data, int batch, Map<String, Tensor> weights) {
  /** Of the dropout's draws; the weights are given. Its upper half counts, too. */
  static final long SEED = 0x3b5d_e271_7ac9_0415L;

  /**
   * A step and a position that are not 0, so that a backend that forgets one is seen, nor small.
   */
  private static final int STEP = 100_003;

  private static final int POSITION = 70_005;

  /** A rule whose state shows the gradient. */
  private static final Optimizer SHOWS_GRADIENT = new Optimizer.Sgd(1, 0.5, false);

  /** Opens a session with the weights. */
  Session open(Scene scene, boolean fuse) {
    Session session = scene.device().session(graph, new SessionConfig(SEED, Precision.FP32, fuse));
    weights.forEach(session::write);
    return session;
  }

  /** The oracle with the weights. */
  ReferenceModel model() {
    ReferenceModel model = new ReferenceModel(graph, SEED);
    weights.forEach(
        (name, value) -> {
          double[] to = model.parameter(name);
          for (int i = 0; i < to.length; i++) {
            to[i] = value.values()[i];
          }
        });
    return model;
  }

  Batch batch(int from, int count) {
    return Batch.of(graph.input(), data, Values.range(data.size()), from, count);
  }

  /** Whether inference and the training step keep clear of kinks. */
  boolean clear() {
    ReferenceModel model = model();
    int n = Math.min(batch, data.size());
    return Margins.clear(model.infer(batch(0, data.size())))
        && Margins.clear(model.gradients(batch(0, n), STEP, POSITION));
  }

  /**
   * What fp32 owes this network. Where its sums are short, the roundings of a chain of ops outweigh
   * them: they count as a sum of 64.
   */
  Tolerance tolerance() {
    return Tolerance.reduction(Math.max(Reductions.longest(graph, batch), 64));
  }

  /** Inference over all samples and one training step, fused, at fp32's tolerance. */
  void run(Scene scene) {
    run(scene, tolerance());
  }

  void run(Scene scene, Tolerance tolerance) {
    try (Session session = open(scene, true)) {
      infer(scene, session, tolerance);
      gradients(scene, session, Math.min(batch, data.size()), tolerance);
    }
  }

  /** Compares probabilities and losses of all samples. */
  void infer(Scene scene, Session session, Tolerance tolerance) {
    int count = data.size();
    float[] probabilities = new float[count * graph.classes()];
    float[] losses = new float[count];
    try (ResidentData resident = session.upload(data);
        Predictor predictor = session.predictor(batch)) {
      predictor.predict(resident, 0, count, probabilities, losses);
    }
    Pass pass = model().infer(batch(0, count));
    double[] expected = new double[count];
    for (int n = 0; n < count; n++) {
      expected[n] = pass.loss(n);
    }
    scene.compare("forward", "probabilities", probabilities, pass.probabilities(), tolerance);
    double magnitude = Math.max(1, Scene.magnitude(expected));
    scene.compare("forward", "losses", losses, expected, magnitude, tolerance);
  }

  /**
   * Compares loss, hits, gradients and moving statistics of a step over the first {@code n}
   * samples.
   */
  void gradients(Scene scene, Session session, int n, Tolerance tolerance) {
    StretchResult result = new StretchResult(1);
    Map<String, float[]> received = new LinkedHashMap<>();
    try (ResidentData resident = session.upload(data);
        Trainer trainer = session.trainer(batch, SHOWS_GRADIENT)) {
      Stretch stretch = new Stretch(batch, 1);
      stretch.clear(STEP);
      stretch.add(Values.range(data.size()), 0, n, POSITION, 1);
      trainer.run(resident, stretch, result);
      for (Parameter parameter : graph.parameters()) {
        received.put(parameter.name(), observe(session, parameter));
      }
    }
    ReferenceModel model = model();
    OptimizerState optimizer = new OptimizerState(SHOWS_GRADIENT, graph);
    Pass pass = model.train(batch(0, n), STEP, POSITION, optimizer, 1);
    compare(scene, result, pass, tolerance);
    compare(scene, received, model, pass, tolerance);
  }

  private static float[] observe(Session session, Parameter parameter) {
    if (!parameter.trainable()) {
      return session.read(parameter.name()).values();
    }
    float[] values = session.read(Optimizer.tensor("momentum", parameter.name())).values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = -values[i];
    }
    return values;
  }

  private static void compare(Scene scene, StretchResult result, Pass pass, Tolerance tolerance) {
    double loss = pass.loss();
    scene.compare(
        "forward",
        "training loss",
        new float[] {result.losses()[0]},
        new double[] {loss},
        Math.max(1, Scene.magnitude(loss)),
        tolerance);
    if (Margins.certainHits(pass)) {
      scene.require(
          result.hits()[0] == pass.hits(),
          "expected " + pass.hits() + " hits, received " + result.hits()[0]);
    }
  }

  /**
   * A gradient that nearly cancels is rounding noise of the gradients around it, so no tensor is
   * held to more than a tenth of the greatest one's accuracy.
   */
  private void compare(
      Scene scene,
      Map<String, float[]> received,
      ReferenceModel model,
      Pass pass,
      Tolerance tolerance) {
    double greatest = 0;
    for (Parameter parameter : graph.parameters()) {
      if (parameter.trainable()) {
        greatest = Math.max(greatest, Scene.magnitude(pass.parameterGradient(parameter.name())));
      }
    }
    for (Parameter parameter : graph.parameters()) {
      String name = parameter.name();
      boolean trainable = parameter.trainable();
      double[] expected = trainable ? pass.parameterGradient(name) : model.parameter(name);
      double magnitude = Scene.magnitude(expected);
      scene.compare(
          trainable ? "backward" : "update",
          name,
          received.get(name),
          expected,
          trainable ? Math.max(magnitude, 0.1 * greatest) : Math.max(magnitude, 0.1),
          tolerance);
    }
  }
}
