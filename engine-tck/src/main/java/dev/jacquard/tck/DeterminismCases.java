package dev.jacquard.tck;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Trainer;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** The same seed gives the same bits, however the work is cut up and whoever does it. */
final class DeterminismCases {
  private static final int STEPS = 7;
  private static final int SESSIONS = 3;

  /** For the others, of whom one may have failed. */
  private static final int WAIT_SECONDS = 60;

  private DeterminismCases() {}

  /** What a training leaves behind: its losses, the state, and probabilities. */
  private record Trace(Course.Outcome outcome, List<Tensor> state, String fingerprint) {
    boolean equalTo(Trace other) {
      return outcome.equalTo(other.outcome) && state.equals(other.state);
    }
  }

  static void addTo(List<TckCase> cases) {
    cases.add(new TckCase("determinism", "same-seed-same-bits", DeterminismCases::twice));
    cases.add(new TckCase("determinism", "any-cut-into-stretches", DeterminismCases::cuts));
    cases.add(new TckCase("determinism", "a-stretch-of-hundreds", DeterminismCases::hundreds));
    cases.add(new TckCase("determinism", "another-seed-other-bits", DeterminismCases::seeds));
    cases.add(new TckCase("determinism", "beside-another-session", DeterminismCases::beside));
    cases.add(new TckCase("determinism", "sessions-in-threads-at-once", DeterminismCases::atOnce));
    cases.add(new TckCase("determinism", "fingerprints-tell-apart", DeterminismCases::plans));
    cases.add(
        new TckCase(
            "threads", "same-bits", s -> threads(s, new Course(trial(), STEPS, step -> 0.01))));
    cases.add(
        new TckCase(
            "threads",
            "same-bits-of-a-wide-network",
            s -> threads(s, new Course(Trials.initial(Networks.wide(), 16, 21), 3, step -> 0.01))));
    cases.add(
        new TckCase(
            "threads",
            "same-bits-of-a-large-batch",
            s -> threads(s, new Course(Trials.initial(Networks.thin(), 70, 105), 3, s1 -> 0.01))));
  }

  private static Trial trial() {
    return Trials.initial(Networks.small(), 8, 21);
  }

  private static Trace run(Device device, long seed, int stretch) {
    return run(device, new Course(trial(), STEPS, step -> 0.01), seed, stretch);
  }

  private static Trace run(Device device, Course course, long seed, int stretch) {
    Trial trial = course.trial();
    SessionConfig config = new SessionConfig(seed, Precision.FP32, true);
    try (Session session = device.session(trial.graph(), config);
        ResidentData data = session.upload(trial.data());
        Trainer trainer = session.trainer(trial.batch(), Optimizer.Adam.defaults())) {
      Course.Outcome outcome = course.train(trainer, data, stretch);
      List<Tensor> state = new ArrayList<>();
      session.tensors().forEach(name -> state.add(session.read(name)));
      state.add(predict(session, trial, data));
      return new Trace(outcome, state, trainer.plan().fingerprint());
    }
  }

  private static Tensor predict(Session session, Trial trial, ResidentData data) {
    int classes = trial.graph().classes();
    float[] probabilities = new float[data.size() * classes];
    try (Predictor predictor = session.predictor(5)) {
      predictor.predict(data, 0, data.size(), probabilities, null);
    }
    return Tensor.of(Shape.of(data.size(), classes), probabilities);
  }

  private static void twice(Scene scene) {
    Trace first = run(scene.device(), 11, STEPS);
    Trace second = run(scene.device(), 11, STEPS);
    scene.require(first.equalTo(second), "two runs with one seed differ");
    scene.require(
        first.fingerprint().equals(second.fingerprint()),
        "two plans of one graph have different fingerprints");
  }

  private static void cuts(Scene scene) {
    Trace whole = run(scene.device(), 11, STEPS);
    for (int stretch : new int[] {1, 2, 3, 5}) {
      scene.require(
          whole.equalTo(run(scene.device(), 11, stretch)),
          "in stretches of " + stretch + " the bits are not those of one stretch");
    }
  }

  /** More steps than a backend is likely to have room for at once. */
  private static void hundreds(Scene scene) {
    Graph graph = Networks.head(Networks.over(5), 3);
    Course course = new Course(Trials.initial(graph, 4, 22), 700, step -> 0.001);
    Trace whole = run(scene.device(), course, 11, 700);
    scene.require(
        whole.equalTo(run(scene.device(), course, 11, 97)),
        "700 steps in one stretch have not the bits of stretches of 97");
  }

  private static void seeds(Scene scene) {
    Trace first = run(scene.device(), 11, STEPS);
    Trace second = run(scene.device(), 12, STEPS);
    scene.require(!first.outcome().equalTo(second.outcome()), "two seeds give the same losses");
  }

  private static void beside(Scene scene) {
    Trace alone = run(scene.device(), 11, STEPS);
    try (Session other = scene.device().session(Networks.small(), SessionConfig.of(5))) {
      scene.require(!other.tensors().isEmpty(), "a session without tensors");
      scene.require(
          alone.equalTo(run(scene.device(), 11, STEPS)), "beside another session the bits differ");
    }
  }

  /** Sessions of one device, each with a thread of its own, from compiling to predicting. */
  private static void atOnce(Scene scene) throws Exception {
    List<Callable<Trace>> calls = new ArrayList<>();
    List<Trace> alone = new ArrayList<>();
    CyclicBarrier start = new CyclicBarrier(SESSIONS);
    for (int i = 0; i < SESSIONS; i++) {
      int seed = 11 + i;
      int stretch = 1 + i;
      alone.add(run(scene.device(), seed, stretch));
      calls.add(
          () -> {
            start.await(WAIT_SECONDS, TimeUnit.SECONDS);
            return run(scene.device(), seed, stretch);
          });
    }
    List<Trace> together = Together.run(SESSIONS, calls);
    for (int i = 0; i < SESSIONS; i++) {
      scene.require(
          alone.get(i).equalTo(together.get(i)),
          "beside sessions in other threads the bits differ");
    }
  }

  /** Else a training would go on with what it did not begin with. */
  private static void plans(Scene scene) {
    List<String> prints = new ArrayList<>();
    for (Graph graph : List.of(Networks.small(), Networks.thin())) {
      for (Optimizer optimizer : List.of(Optimizer.Adam.defaults(), Optimizer.Sgd.defaults())) {
        try (Session session = scene.device().session(graph, SessionConfig.of(11));
            Trainer trainer = session.trainer(4, optimizer)) {
          prints.add(trainer.plan().fingerprint());
        }
      }
    }
    scene.require(
        prints.stream().distinct().count() == prints.size(),
        "plans of two networks with two optimisers each have the fingerprints " + prints);
  }

  private static void threads(Scene scene, Course course) {
    Optional<BackendOption<?>> option = scene.option("threads");
    scene.assume(option.isPresent(), "the backend declares no option named threads");
    Trace expected = null;
    for (String count : new String[] {"1", "2", "3", "5"}) {
      BackendOptions options = with(scene.options(), option.get(), count);
      try (Device device = scene.provider().open(scene.deviceId(), options)) {
        Trace received = run(device, course, 11, STEPS);
        expected = expected == null ? received : expected;
        scene.require(
            expected.equalTo(received), "with --threads " + count + " the bits are not those of 1");
        scene.require(
            expected.fingerprint().equals(received.fingerprint()),
            "with --threads " + count + " the plan's fingerprint is not that of 1");
        scene.require(
            device.liveBuffers() == 0, "with --threads " + count + " buffers are left alive");
      }
    }
  }

  private static <T> BackendOptions with(
      BackendOptions options, BackendOption<T> option, String text) {
    return options.with(option, option.parse(text));
  }
}
