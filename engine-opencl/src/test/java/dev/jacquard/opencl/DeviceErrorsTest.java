package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceException;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import dev.jacquard.tensor.Shape;
import dev.jacquard.train.Checkpoint;
import dev.jacquard.train.Checkpointing;
import dev.jacquard.train.Recipe;
import dev.jacquard.train.TrainingLoop;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users are told when a device has too little memory, or fails. */
final class DeviceErrorsTest {
  private static final int SAMPLES = 12;
  private static final int BATCH = 4;
  private static final Optimizer RULE = new Optimizer.Sgd(0.1, 0.9, false);
  private static final Pattern FITS = Pattern.compile("one of up to (\\d+) would");

  @TempDir Path folder;

  private final FaultyCalls calls = new FaultyCalls();
  private FoundDevice found;
  private Device device;

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  @AfterEach
  void everythingIsReleased() {
    calls.repair();
    if (device != null) {
      device.close();
      assertEquals(0, device.liveBuffers());
      for (String kind : List.of("Buffer", "SubBuffer", "Kernel", "Queue", "Context", "Event")) {
        assertEquals(0, calls.alive(kind), kind);
      }
    }
  }

  private Session session() {
    return session(SessionConfig.of(3));
  }

  private Session session(SessionConfig config) {
    device =
        new OpenClProvider(name -> calls.over(found.cl()))
            .open("opencl:0:0", BackendOptions.none().with(OpenClProvider.NO_CACHE, true));
    return device.session(graph(), config);
  }

  private static Graph graph() {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(5));
    builder.add("hidden", new Op.Dense(32, true), 0);
    builder.add("dense", new Op.Dense(3, true), 1);
    return builder.build("head", 0);
  }

  private static DataSet data() {
    float[] elements = new float[SAMPLES * 5];
    int[] labels = new int[SAMPLES];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (i * 7 % 11) / 11f;
      labels[i / 5] = i / 5 % 3;
    }
    return DataSet.ofFloats("dots", Shape.of(5), elements, labels, List.of("a", "b", "c"));
  }

  @Test
  void tellsTheBatchSizeThatTheDevicesMemoryHolds() {
    calls.memory(4 << 20, Long.MAX_VALUE);
    Session session = session();
    OutOfMemoryText text = refused(session, 8000);
    assertTrue(
        text.message.startsWith("opencl:0:0: no memory for the sample numbers, 8 MiB: 1 MiB of 4"),
        text.message);
    assertFitsExactly(session, text);
    String inference =
        assertThrows(JacquardException.class, () -> session.predictor(100_000)).getMessage();
    assertTrue(inference.contains("; inference with batch size 100000 does not fit"), inference);
  }

  @Test
  void tellsTheBatchSizeThatADriverGivesMemoryFor() {
    calls.memory(Long.MAX_VALUE, 3 << 20);
    Session session = session();
    OutOfMemoryText text = refused(session, 2500);
    assertTrue(text.message.contains("are in use by this process; training with"), text.message);
    session.trainer(text.fits, RULE);
  }

  @Test
  void saysThatNoBatchFits() {
    Session session = session();
    calls.memory(Long.MAX_VALUE, 0);
    String message =
        assertThrows(JacquardException.class, () -> session.trainer(64, RULE)).getMessage();
    assertTrue(
        message.endsWith(
            "; training with batch size 64 does not fit, nor does any smaller one, use a smaller"
                + " network"),
        message);
  }

  private record OutOfMemoryText(String message, int fits) {}

  private OutOfMemoryText refused(Session session, int batch) {
    long before = device.liveBuffers();
    String message =
        assertThrows(JacquardException.class, () -> session.trainer(batch, RULE)).getMessage();
    assertEquals(before, device.liveBuffers());
    assertTrue(
        message.contains("; training with batch size " + batch + " does not fit, one of up to "),
        message);
    Matcher fits = FITS.matcher(message);
    assertTrue(fits.find(), message);
    return new OutOfMemoryText(message, Integer.parseInt(fits.group(1)));
  }

  private static void assertFitsExactly(Session session, OutOfMemoryText text) {
    session.trainer(text.fits, RULE).close();
    assertThrows(JacquardException.class, () -> session.trainer(text.fits + 1, RULE));
  }

  @Test
  void namesTheKernelOfALaunchAndTheSizesOfItsArguments() {
    Session session = session();
    try (TrainingLoop loop = loop(session)) {
      calls.fail("launch", -5, 0);
      String message = assertThrows(DeviceException.class, loop::run).getMessage();
      assertTrue(message.startsWith("opencl:0:0 failed: stage "), message);
      assertTrue(message.contains(": launch: CL_OUT_OF_RESOURCES (-5); its arguments: "), message);
      String sizes = message.replaceAll(".*its arguments: (.*); it may be out of.*", "$1");
      assertTrue(sizes.matches("((\\d+ bytes|a number)(, |$))+"), message);
    }
  }

  @Test
  void aTimedLaunchThatFailsLeavesNoEvent() {
    Session session = session(SessionConfig.of(3).withProfile());
    try (TrainingLoop loop = loop(session)) {
      calls.fail("launchTimed", -5, 3);
      assertThrows(DeviceException.class, loop::run);
    }
    session.close();
  }

  @Test
  void keepsTheCheckpointWhenTheDeviceIsLost() {
    try (TrainingLoop loop = loop(session())) {
      // Two reads a stretch: two stretches in the first epoch, then one. Eight a checkpoint.
      calls.fail("read", -36, 22);
      String message = assertThrows(DeviceException.class, loop::run).getMessage();
      assertEquals(
          "opencl:0:0 failed: read: CL_INVALID_COMMAND_QUEUE (-36); the device is gone, or its"
              + " driver failed; that was after step 6 of 9; the last good checkpoint is kept in "
              + checkpoint()
              + ", go on from it",
          message);
      calls.fail("releaseQueue", -36, 0);
      calls.fail("releaseKernel", -36, 0);
    }
    calls.repair();
    float[] resumed = trained(Optional.of(Checkpoint.read(checkpoint())));
    assertArrayEquals(trained(Optional.empty()), resumed);
  }

  private float[] trained(Optional<Checkpoint> from) {
    try (Device sound = open();
        Session session = sound.session(graph(), SessionConfig.of(3));
        TrainingLoop loop = loop(session)) {
      if (from.isPresent()) {
        loop.run(loop.restore(from.get()));
      } else {
        loop.run();
      }
      return session.read("dense/kernel").values();
    }
  }

  private Device open() {
    return new OpenClProvider(name -> found.cl())
        .open("opencl:0:0", BackendOptions.none().with(OpenClProvider.NO_CACHE, true));
  }

  private Path checkpoint() {
    return folder.resolve("checkpoint.safetensors");
  }

  private TrainingLoop loop(Session session) {
    Recipe recipe = new Recipe(3, BATCH, RULE, Schedule.ONE_CYCLE, 3, true, OptionalLong.empty());
    return new TrainingLoop(
        session,
        graph(),
        recipe,
        data(),
        Optional.empty(),
        List.of(new Checkpointing(checkpoint(), "{}")));
  }

  @Test
  void aPlanThatCannotBeMadeLeavesNothing() {
    Session session = session();
    long before = device.liveBuffers();
    calls.fail("finish", -5, 0);
    String message =
        assertThrows(DeviceException.class, () -> session.trainer(4, RULE)).getMessage();
    assertEquals(
        "opencl:0:0 failed: finish: CL_OUT_OF_RESOURCES (-5); it may be out of memory (use"
            + " smaller batches), or a kernel asked for too many registers or touched memory that"
            + " is not its own (update the driver, or report it)",
        message);
    assertEquals(before, device.liveBuffers());
    calls.repair();
    calls.fail("finish", -6, 0);
    assertEquals(
        "opencl:0:0 failed: finish: CL_OUT_OF_HOST_MEMORY (-6); it may be out of memory (use"
            + " smaller batches), or its driver failed",
        assertThrows(DeviceException.class, () -> session.trainer(4, RULE)).getMessage());
    calls.repair();
    try (Trainer trainer = session.trainer(4, RULE)) {
      assertTrue(trainer.plan().launches() > 0);
    }
  }
}
