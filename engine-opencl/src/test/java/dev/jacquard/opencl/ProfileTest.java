package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Roofline;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The times of stages, which are taken when a session is asked for them. */
final class ProfileTest {
  private static final int BATCH = 4;

  /** More than the events that a stage keeps. */
  private static final int STEPS = 150;

  private final CallLog log = new CallLog();
  private Device device;

  @BeforeEach
  void open() {
    FoundDevice found = FoundDevice.first();
    device =
        new OpenClProvider(name -> log.over(found.cl()))
            .open("opencl:0:0", BackendOptions.none().with(OpenClProvider.NO_CACHE, true));
  }

  @AfterEach
  void close() {
    device.close();
    assertEquals(log.count("launchTimed"), log.count("releaseEvent"));
  }

  private static Graph graph() {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(5));
    builder.add("dense", new Op.Dense(3, true), 0);
    return builder.build("head", 0);
  }

  private static void train(Trainer trainer, ResidentData data) {
    Stretch stretch = new Stretch(BATCH, STEPS);
    for (int step = 0; step < STEPS; step++) {
      stretch.add(new int[] {0, 1, 2, 3}, 0, BATCH, 0, 0.01);
    }
    trainer.run(data, stretch, new StretchResult(STEPS));
  }

  private static DataSet data() {
    return DataSet.ofFloats(
        "dots", Shape.of(5), new float[4 * 5], new int[4], List.of("a", "b", "c"));
  }

  private static List<String> names(Plan plan) {
    return plan.stages().stream().map(Plan.Stage::name).toList();
  }

  @Test
  void everyStageHasItsTimeAndNothingIsToldTwice() {
    try (Session session = device.session(graph(), SessionConfig.of(1).withProfile());
        ResidentData data = session.upload(data());
        Trainer trainer = session.trainer(BATCH, Optimizer.Adam.defaults());
        Predictor predictor = session.predictor(2)) {
      train(trainer, data);
      List<StageTime> times = session.profile();
      assertEquals(names(trainer.plan()), times.stream().map(StageTime::stage).toList());
      for (StageTime time : times) {
        assertEquals(STEPS, time.runs(), time.stage());
        assertTrue(time.nanoseconds() > 0, time.stage());
      }
      assertEquals(List.of(), session.profile());
      predictor.predict(data, 0, 4, new float[12], null);
      List<StageTime> inference = session.profile();
      assertEquals(names(predictor.plan()), inference.stream().map(StageTime::stage).toList());
      inference.forEach(time -> assertEquals(2, time.runs(), time.stage()));
      // What nobody asks about is released all the same.
      train(trainer, data);
    }
    assertTrue(log.count("launchTimed") > STEPS);
  }

  @Test
  void noEventIsMadeForASessionWithoutAProfile() {
    try (Session session = device.session(graph(), SessionConfig.of(1));
        ResidentData data = session.upload(data());
        Trainer trainer = session.trainer(BATCH, Optimizer.Adam.defaults())) {
      train(trainer, data);
      assertEquals(List.of(), session.profile());
    }
    assertEquals(0, log.count("launchTimed"));
    assertEquals(0, log.count("createProfilingQueue"));
    assertTrue(log.count("launch") > STEPS);
  }

  @Test
  void measuresWhatTheDeviceDoesAtMost() {
    Roofline roofline = device.roofline(0.2).orElseThrow();
    // Between a slow emulator and what no device does.
    assertTrue(roofline.flopsPerSecond() > 1e6 && roofline.flopsPerSecond() < 1e16, "" + roofline);
    assertTrue(roofline.bytesPerSecond() > 1e6 && roofline.bytesPerSecond() < 1e15, "" + roofline);
    assertEquals(0, device.liveBuffers());
  }

  @Test
  void aDriverThatTellsNoTimesIsNamed() {
    FaultyCalls calls = new FaultyCalls();
    calls.stopTheClock();
    try (Device other =
        new OpenClProvider(name -> calls.over(FoundDevice.first().cl()))
            .open("opencl:0:0", BackendOptions.none())) {
      JacquardException e = assertThrows(JacquardException.class, () -> other.roofline(0.01));
      assertEquals(
          "opencl:0:0: its driver says of everything that it took no time, so that nothing can be"
              + " measured; use another driver",
          e.getMessage());
    }
    assertEquals(0, calls.alive("Event"));
  }

  @Test
  void aDeviceThatIsClosedIsNotMeasured() {
    device.close();
    assertThrows(IllegalStateException.class, () -> device.roofline(0.2));
  }
}
