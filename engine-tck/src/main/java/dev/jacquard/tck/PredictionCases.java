package dev.jacquard.tck;

import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.reference.OptimizerState;
import dev.jacquard.reference.ReferenceModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** Prediction of any part of a data set, and by many threads at once. */
final class PredictionCases {
  private static final int CALLERS = 6;

  /** For the others, of whom one may have failed. */
  private static final int WAIT_SECONDS = 60;

  private PredictionCases() {}

  static void addTo(List<TckCase> cases) {
    for (int batch : new int[] {1, 4, 16}) {
      cases.add(new TckCase("prediction", "parts-in-batches-of-" + batch, s -> parts(s, batch)));
    }
    cases.add(new TckCase("prediction", "of-thousands-of-batches", PredictionCases::thousands));
    cases.add(new TckCase("prediction", "refusals", PredictionCases::refusals));
    cases.add(new TckCase("prediction", "from-many-threads", PredictionCases::threads));
    cases.add(new TckCase("prediction", "beside-uploads", PredictionCases::uploads));
    cases.add(new TckCase("prediction", "beside-a-trainer", PredictionCases::beside));
  }

  /**
   * Any first sample and any count, also when they do not go into batches; beyond them nothing is
   * written.
   */
  private static void parts(Scene scene, int batch) {
    Trial trial = Trials.real(Networks.small(), batch, 11);
    int classes = trial.graph().classes();
    double[] all = trial.model().infer(trial.batch(0, 11)).probabilities();
    try (Session session = trial.open(scene, true);
        ResidentData data = session.upload(trial.data());
        Predictor predictor = session.predictor(batch)) {
      for (int[] part : new int[][] {{0, 11}, {0, 1}, {3, 5}, {10, 1}, {2, 8}}) {
        float[] received = new float[part[1] * classes + 1];
        received[part[1] * classes] = -7;
        float[] losses = new float[part[1] + 1];
        losses[part[1]] = -7;
        predictor.predict(data, part[0], part[1], received, losses);
        scene.require(
            received[part[1] * classes] == -7 && losses[part[1]] == -7,
            "predicting " + part[1] + " samples wrote beyond them");
        String name = "probabilities of " + part[1] + " from " + part[0];
        double[] expected =
            Arrays.copyOfRange(all, part[0] * classes, (part[0] + part[1]) * classes);
        float[] probabilities = Arrays.copyOf(received, part[1] * classes);
        scene.compare("forward", name, probabilities, expected, trial.tolerance());
        predictor.predict(data, part[0], part[1], received, null);
        scene.require(
            Arrays.equals(probabilities, Arrays.copyOf(received, part[1] * classes)),
            "without losses the probabilities differ");
      }
    }
  }

  /** More samples, and more batches, than a backend is likely to have room for at once. */
  private static void thousands(Scene scene) {
    Trial trial = Trials.real(Networks.head(Networks.over(3), 2), 8, 20_003);
    try (Session session = trial.open(scene, true)) {
      trial.infer(scene, session, trial.tolerance());
    }
  }

  /** What is not there, and what has no room; the predictor goes on working. */
  private static void refusals(Scene scene) {
    Trial trial = Trials.real(Networks.small(), 4, 10);
    float[] room = new float[10 * trial.graph().classes()];
    float[] little = new float[room.length - 1];
    try (Session session = trial.open(scene, true)) {
      try (ResidentData data = session.upload(trial.data());
          Predictor predictor = session.predictor(4)) {
        for (int[] part : new int[][] {{0, 11}, {10, 1}, {7, 4}, {-1, 2}, {2, -1}, {1 << 30, 1}}) {
          scene.requireFailure(
              "predicting " + part[1] + " samples of 10 from " + part[0],
              () -> predictor.predict(data, part[0], part[1], room, null));
        }
        scene.requireFailure(
            "predicting into too little room", () -> predictor.predict(data, 0, 10, little, null));
        scene.requireFailure(
            "predicting with too little room for losses",
            () -> predictor.predict(data, 0, 10, room, new float[9]));
      }
      trial.infer(scene, session, trial.tolerance());
    }
  }

  private static void threads(Scene scene) throws Exception {
    Trial trial = Trials.real(Networks.small(), 4, 24);
    int classes = trial.graph().classes();
    try (Session session = trial.open(scene, true);
        ResidentData data = session.upload(trial.data());
        Predictor predictor = session.predictor(4)) {
      List<Callable<float[]>> calls = new ArrayList<>();
      List<float[]> alone = new ArrayList<>();
      for (int caller = 0; caller < CALLERS * 8; caller++) {
        int first = caller % CALLERS;
        int count = 24 - 2 * first;
        Callable<float[]> call =
            () -> {
              float[] probabilities = new float[count * classes];
              predictor.predict(data, first, count, probabilities, null);
              return probabilities;
            };
        calls.add(call);
        alone.add(call.call());
      }
      List<float[]> together = Together.run(CALLERS, calls);
      for (int i = 0; i < calls.size(); i++) {
        scene.require(
            Arrays.equals(alone.get(i), together.get(i)),
            "a prediction beside others has other bits than alone");
      }
    }
  }

  /**
   * Callers bring their own samples, and some a plan of their own, while others predict; nothing is
   * left of it afterwards. Each time that all have uploaded, all predict.
   */
  private static void uploads(Scene scene) throws Exception {
    Trial trial = Trials.real(Networks.small(), 4, 24);
    long before = scene.device().liveBuffers();
    CyclicBarrier uploaded = new CyclicBarrier(CALLERS);
    try (Session session = trial.open(scene, true);
        Predictor predictor = session.predictor(4)) {
      List<Callable<float[]>> calls = new ArrayList<>();
      List<float[]> alone = new ArrayList<>();
      for (int caller = 0; caller < CALLERS * 8; caller++) {
        DataSet own = trial.data().slice(caller % 20, 1 + caller % 5);
        boolean compiles = caller % 8 == 0;
        calls.add(() -> bring(session, own, compiles ? null : predictor, uploaded));
        alone.add(bring(session, own, predictor, new CyclicBarrier(1)));
      }
      List<float[]> together = Together.run(CALLERS, calls);
      for (int i = 0; i < calls.size(); i++) {
        scene.require(
            Arrays.equals(alone.get(i), together.get(i)),
            "samples that are uploaded beside other predictions have other bits than alone");
      }
    }
    scene.require(
        scene.device().liveBuffers() == before,
        "uploads beside predictions left buffers behind: expected "
            + before
            + " live ones, received "
            + scene.device().liveBuffers());
  }

  /** Predicts samples that are there for that only; without a predictor, with one of their own. */
  private static float[] bring(
      Session session, DataSet own, Predictor shared, CyclicBarrier uploaded) throws Exception {
    if (shared == null) {
      try (Predictor another = session.predictor(4)) {
        return bring(session, own, another, uploaded);
      }
    }
    float[] probabilities = new float[own.size() * own.classes().size()];
    try (ResidentData resident = session.upload(own)) {
      uploaded.await(WAIT_SECONDS, TimeUnit.SECONDS);
      shared.predict(resident, 0, own.size(), probabilities, null);
    }
    return probabilities;
  }

  /** Training shares the session's parameters with prediction: what it learns is seen at once. */
  private static void beside(Scene scene) {
    Trial trial = Trials.initial(Networks.small(), 4, 10);
    Course course = new Course(trial, 4, step -> 0.01);
    Optimizer adam = Optimizer.Adam.defaults();
    float[] probabilities = new float[10 * trial.graph().classes()];
    try (Session session = trial.open(scene, true);
        ResidentData data = session.upload(trial.data());
        Predictor predictor = session.predictor(3);
        Trainer trainer = session.trainer(4, adam)) {
      predictor.predict(data, 0, 10, probabilities, null);
      course.train(trainer, data, 4);
      predictor.predict(data, 0, 10, probabilities, null);
    }
    ReferenceModel model = trial.model();
    course.train(model, new OptimizerState(adam, trial.graph()));
    double[] expected = model.infer(trial.batch(0, 10)).probabilities();
    scene.compare("forward", "probabilities", probabilities, expected, Tolerance.relative(1e-4));
  }
}
