package dev.jacquard.tck;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Shape;
import java.util.List;

/** Everything opened is closed, in any order, twice if need be, and after errors. */
final class LifecycleCases {
  private LifecycleCases() {}

  static void addTo(List<TckCase> cases) {
    cases.add(new TckCase("lifecycle", "buffers-live-and-die", LifecycleCases::buffers));
    cases.add(new TckCase("lifecycle", "session-closes-what-is-open", LifecycleCases::session));
    cases.add(new TckCase("lifecycle", "device-closes-what-is-open", LifecycleCases::device));
    cases.add(
        new TckCase("lifecycle", "a-second-trainer-replaces-the-first", LifecycleCases::replace));
    cases.add(new TckCase("lifecycle", "profile-names-stages", LifecycleCases::profile));
    cases.add(new TckCase("lifecycle", "closing-twice", LifecycleCases::twice));
    cases.add(new TckCase("lifecycle", "after-errors", LifecycleCases::errors));
    cases.add(new TckCase("lifecycle", "two-devices-at-once", LifecycleCases::two));
    cases.add(new TckCase("lifecycle", "data-of-another-session", LifecycleCases::foreign));
  }

  private static Device open(Scene scene) {
    return scene.provider().open(scene.deviceId(), scene.options());
  }

  private static void none(Scene scene, Device device, String when) {
    scene.require(
        device.liveBuffers() == 0,
        "expected no live buffer " + when + ", received " + device.liveBuffers());
  }

  private static void buffers(Scene scene) {
    Trial trial = Trials.initial(Networks.small(), 4, 4);
    try (Device device = open(scene)) {
      none(scene, device, "on a new device");
      try (Session session = device.session(trial.graph(), SessionConfig.of(1))) {
        long parameters = device.liveBuffers();
        scene.require(parameters > 0, "a session with parameters has no live buffer");
        scene.require(
            session.memory().stateBytes() >= 4L * 5 * 27,
            "memory() knows of fewer bytes than the weights have");
        try (ResidentData data = session.upload(trial.data())) {
          scene.require(data.size() == 4, "expected 4 resident samples, received " + data.size());
          scene.require(
              device.liveBuffers() > parameters, "an uploaded data set is no live buffer");
          scene.require(
              session.memory().dataBytes() >= 4L * 4 * 189,
              "memory() knows of fewer bytes than the data has");
        }
        scene.require(
            device.liveBuffers() == parameters, "closing a data set does not free its buffers");
      }
      none(scene, device, "behind a closed session");
    }
  }

  private static void session(Scene scene) {
    Trial trial = Trials.initial(Networks.small(), 4, 4);
    try (Device device = open(scene)) {
      Session session = device.session(trial.graph(), SessionConfig.of(1));
      ResidentData data = session.upload(trial.data());
      Trainer trainer = session.trainer(4, Optimizer.Adam.defaults());
      Predictor predictor = session.predictor(4);
      new Course(trial, 2, step -> 0.01).train(trainer, data, 2);
      predictor.predict(data, 0, 4, new float[4 * trial.graph().classes()], null);
      session.close();
      none(scene, device, "behind a session that was closed with all that is in it");
      trainer.close();
      predictor.close();
      data.close();
      none(scene, device, "behind a session that was closed before its parts");
    }
  }

  private static void device(Scene scene) {
    Trial trial = Trials.initial(Networks.small(), 4, 4);
    Device device = open(scene);
    Session session = device.session(trial.graph(), SessionConfig.of(1));
    ResidentData data = session.upload(trial.data());
    scene.require(data.size() == 4, "expected 4 resident samples, received " + data.size());
    device.close();
    none(scene, device, "behind a closed device");
    session.close();
  }

  private static void replace(Scene scene) {
    Trial trial = Trials.initial(Networks.small(), 4, 4);
    try (Device device = open(scene);
        Session session = device.session(trial.graph(), SessionConfig.of(1));
        ResidentData data = session.upload(trial.data())) {
      train(session, trial, data);
      long first = device.liveBuffers(); // Among them what the data set keeps for any trainer.
      train(session, trial, data);
      scene.require(
          device.liveBuffers() == first,
          "expected "
              + first
              + " live buffers with a second trainer, received "
              + device.liveBuffers());
    }
  }

  private static void train(Session session, Trial trial, ResidentData data) {
    Trainer trainer = session.trainer(4, Optimizer.Adam.defaults());
    new Course(trial, 2, step -> 0.01).train(trainer, data, 2);
  }

  private static void profile(Scene scene) {
    Trial trial = Trials.initial(Networks.small(), 4, 4);
    try (Session session =
            scene.device().session(trial.graph(), SessionConfig.of(Trial.SEED).withProfile());
        ResidentData data = session.upload(trial.data());
        Trainer trainer = session.trainer(4, Optimizer.Adam.defaults())) {
      new Course(trial, 3, step -> 0.01).train(trainer, data, 3);
      List<String> stages = trainer.plan().stages().stream().map(Plan.Stage::name).toList();
      scene.require(
          stages.stream().distinct().count() == stages.size(), "stages of one name: " + stages);
      for (StageTime time : session.profile()) {
        scene.require(
            stages.contains(time.stage()) && time.runs() > 0 && time.nanoseconds() >= 0,
            time + " is no time of a stage that ran; there are " + stages);
      }
    }
  }

  private static void twice(Scene scene) {
    Trial trial = Trials.initial(Networks.small(), 4, 4);
    Device device = open(scene);
    Session session = device.session(trial.graph(), SessionConfig.of(1));
    ResidentData data = session.upload(trial.data());
    Predictor predictor = session.predictor(2);
    Trainer trainer = session.trainer(2, Optimizer.Sgd.defaults());
    for (AutoCloseable each : List.of(trainer, predictor, data, session, device)) {
      try {
        each.close();
        each.close();
      } catch (Exception e) {
        throw new AssertionError("closing again threw " + e, e);
      }
    }
    none(scene, device, "after closing everything twice");
  }

  private static void errors(Scene scene) {
    try (Device device = open(scene)) {
      DataSet wrong = Values.floats(1, Shape.of(2, 2, 2), 3, 4);
      try (Session session = device.session(Networks.small(), SessionConfig.of(1))) {
        long before = device.liveBuffers();
        boolean refused = refuses(session, wrong);
        scene.require(refused, "samples of another shape were taken");
        scene.require(device.liveBuffers() == before, "a refused data set left buffers behind");
      }
      none(scene, device, "after an error");
    }
  }

  private static boolean refuses(Session session, DataSet data) {
    try (ResidentData resident = session.upload(data)) {
      return resident == null;
    } catch (JacquardException e) {
      return true;
    }
  }

  private static void two(Scene scene) {
    Trial trial = Trials.real(Networks.small(), 4, 4);
    try (Device first = open(scene);
        Device second = open(scene);
        Session one = first.session(trial.graph(), SessionConfig.of(1));
        Session other = second.session(trial.graph(), SessionConfig.of(1))) {
      trial.weights().forEach(one::write);
      trial.weights().forEach(other::write);
      trial.infer(scene, one, trial.tolerance());
      trial.infer(scene, other, trial.tolerance());
    }
  }

  private static void foreign(Scene scene) {
    Trial trial = Trials.initial(Networks.small(), 4, 4);
    float[] probabilities = new float[4 * trial.graph().classes()];
    try (Session one = trial.open(scene, true);
        Session other = trial.open(scene, true);
        ResidentData data = one.upload(trial.data());
        Predictor predictor = other.predictor(4)) {
      scene.requireFailure(
          "predicting data of another session",
          () -> predictor.predict(data, 0, 4, probabilities, null));
    }
  }
}
