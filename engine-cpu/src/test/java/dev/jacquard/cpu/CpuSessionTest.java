package dev.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Work;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the conformance suite cannot know of: this backend's messages, its plan, its memory. */
class CpuSessionTest {
  static final int BATCH = 8;

  static Graph graph() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(6, 6, 1));
    Shape in = builder.shape(0);
    builder.add("conv", new Op.Conv2d(16, Window.over(in, 3, 3, 1, 1, true), true), 0);
    builder.add("norm", new Op.BatchNorm(0.99f, 1e-3f, true, true), 1);
    builder.add("act", new Op.Activation(Op.Activation.Function.LEAKY_RELU, 0.1f), 2);
    builder.add("drop", new Op.Dropout(0.25), 3);
    builder.add("pool", new Op.MaxPool(Window.over(builder.shape(4), 2, 2, 2, 2, true)), 4);
    builder.add("flat", new Op.Flatten(), 5);
    builder.add("dense", new Op.Dense(3, true), 6);
    return builder.build("loss", 0);
  }

  static DataSet data() {
    byte[] pixels = new byte[BATCH * 36];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 37);
    }
    int[] labels = {0, 1, 2, 0, 1, 2, 0, 1};
    return DataSet.ofBytes("test", Shape.of(6, 6, 1), pixels, labels, List.of("a", "b", "c"));
  }

  static Device device() {
    // One thread, so that all that is allocated is counted.
    return new CpuProvider()
        .open(CpuProvider.ID, BackendOptions.none().with(CpuProvider.THREADS, 1));
  }

  @Test
  void anotherPrecisionIsRefused() {
    try (Device device = device()) {
      JacquardException refused =
          assertThrows(
              JacquardException.class,
              () -> device.session(graph(), new SessionConfig(1, Precision.TF32, true)));
      assertEquals(
          "the cpu backend computes in fp32, received --precision tf32; leave the option out",
          refused.getMessage());
    }
  }

  @Test
  void fusionLeavesFewStages() {
    try (Device device = device();
        Session fused = device.session(graph(), SessionConfig.of(1));
        Session plain = device.session(graph(), new SessionConfig(1, Precision.FP32, false))) {
      int merged = fused.predictor(BATCH).plan().stages().size();
      // gather, convolution with all that follows, dense, head
      assertEquals(4, merged);
      assertTrue(plain.predictor(BATCH).plan().stages().size() > merged);
    }
  }

  /** In a fresh JVM the Vector API's take seconds; what they compute is the same. */
  @Test
  void littleWorkIsDoneInPlainJava() {
    SessionConfig config = SessionConfig.of(1);
    try (Device device = device();
        Session much = device.session(graph(), config);
        Session little = device.session(graph(), config.withWork(Work.inferences(9, 1_000_000)))) {
      Predictor fast = much.predictor(BATCH);
      Predictor soon = little.predictor(BATCH);
      assertFalse(fast.plan().toString().contains("plain Java"), fast.plan().toString());
      assertTrue(soon.plan().toString().contains("plain Java"), soon.plan().toString());
      float[] expected = new float[BATCH * 3];
      float[] received = new float[BATCH * 3];
      fast.predict(much.upload(data()), 0, BATCH, expected, null);
      soon.predict(little.upload(data()), 0, BATCH, received, null);
      assertArrayEquals(expected, received, 1e-5f);
    }
  }

  /** A dense layer multiplies 14 images at once, and only what it reads needs room for them. */
  @Test
  void aSingleImageTakesItsOwnMemory() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(24, 24, 1));
    builder.add(
        "conv", new Op.Conv2d(16, Window.over(builder.shape(0), 3, 3, 1, 1, true), true), 0);
    builder.add(
        "again", new Op.Conv2d(16, Window.over(builder.shape(1), 3, 3, 1, 1, true), true), 1);
    builder.add("pool", new Op.MaxPool(Window.over(builder.shape(2), 24, 24, 24, 24, false)), 2);
    builder.add("flat", new Op.Flatten(), 3);
    builder.add("dense", new Op.Dense(3, true), 4);
    try (Device device = device();
        Session session = device.session(builder.build("loss", 0), SessionConfig.of(1))) {
      long one = session.predictor(1).plan().workBytes();
      long many = session.predictor(64).plan().workBytes();
      assertTrue(one < many / 16, one + " bytes for an image, " + many + " for 64");
    }
  }

  @Test
  void memoryIsCountedAndGivenBack() {
    try (Device device = device()) {
      Session session = device.session(graph(), SessionConfig.of(1));
      assertTrue(session.memory().stateBytes() > 0);
      session.upload(data());
      assertEquals(BATCH * 36 + 4 * BATCH, session.memory().dataBytes());
      session.trainer(BATCH, Optimizer.Adam.defaults());
      assertTrue(session.memory().workBytes() > 0);
      assertEquals(device.liveBuffers(), session.memory().buffers());
      session.close();
      assertEquals(0, device.liveBuffers());
    }
  }

  @Test
  void optionsSayWhatTheyExpect() {
    JacquardException refused =
        assertThrows(
            JacquardException.class,
            () ->
                BackendOptions.parse(
                    new CpuProvider().options(), java.util.Map.of("threads", "none")));
    assertEquals(
        "threads: expected a number of threads from 1 to 1024, received none",
        refused.getMessage());
  }
}
