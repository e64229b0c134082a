package dev.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What a session makes of wrong calls, failing steps and numbers that are none. */
class CpuFaultsTest {
  private static final int BATCH = 4;
  private static final Shape SAMPLE = Shape.of(4, 4, 2);

  /** Passes its input on, until the step that fails. Without a text of its own. */
  private static final class Fuse implements CustomOp {
    private int left;

    Fuse(int steps) {
      left = steps;
    }

    @Override
    public String type() {
      return "test:fuse";
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public void forward(Call call) {
      if (call.training() && left-- == 0) {
        throw new IllegalArgumentException("the fuse has blown");
      }
      System.arraycopy(call.input(0), 0, call.output(), 0, call.output().length);
    }

    @Override
    public void backward(Call call) {
      for (int i = 0; i < call.outputGradient().length; i++) {
        call.inputGradient(0)[i] += call.outputGradient()[i];
      }
    }
  }

  /** Passes its input on once two callers are there, who then have a workspace each. */
  private record Meeting(CyclicBarrier both) implements CustomOp {
    @Override
    public String type() {
      return "test:meeting";
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public void forward(Call call) {
      try {
        both.await(120, TimeUnit.SECONDS);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        throw new IllegalStateException("the other caller did not come", e);
      }
      System.arraycopy(call.input(0), 0, call.output(), 0, call.output().length);
    }

    @Override
    public void backward(Call call) {
      throw new UnsupportedOperationException("only predicts");
    }
  }

  private static Graph graph(CustomOp custom) {
    GraphBuilder builder = GraphBuilder.overFloats(SAMPLE);
    builder.add("conv", new Op.Conv2d(5, Window.over(SAMPLE, 3, 3, 1, 1, true), true), 0);
    builder.add("norm", new Op.BatchNorm(0.9f, 1e-3f, true, true), builder.last());
    if (custom != null) {
      builder.add("custom", custom, builder.last());
    }
    builder.add("flat", new Op.Flatten(), builder.last());
    builder.add("dense", new Op.Dense(3, true), builder.last());
    return builder.build("loss", 0);
  }

  private static DataSet data(boolean nan) {
    float[] values = new float[2 * BATCH * SAMPLE.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = nan ? Float.NaN : (float) Math.sin(i * 1.3);
    }
    return DataSet.ofFloats("test", SAMPLE, values, new int[2 * BATCH], List.of("a", "b", "c"));
  }

  private static Stretch stretch(int batch, int... indices) {
    Stretch stretch = new Stretch(batch, indices.length);
    stretch.clear(0);
    for (int at = 0; at < indices.length; at += batch) {
      stretch.add(indices, at, Math.min(batch, indices.length - at), at, 0.5);
    }
    return stretch;
  }

  private static float loss(Trainer trainer, ResidentData data) {
    StretchResult result = new StretchResult(1);
    trainer.run(data, stretch(BATCH, 0, 1, 2, 3), result);
    return result.losses()[0];
  }

  private static void refused(String message, Runnable call) {
    assertEquals(message, assertThrows(JacquardException.class, call::run).getMessage());
  }

  @Test
  void aRestoredStateHasNothingLeftOfNan() {
    try (Device device = CpuSessionTest.device();
        Session session = device.session(graph(null), SessionConfig.of(1));
        Trainer trainer = session.trainer(BATCH, Optimizer.Adam.defaults())) {
      Map<String, Tensor> good = new LinkedHashMap<>();
      session.tensors().forEach(name -> good.put(name, session.read(name)));
      final float before = loss(trainer, session.upload(data(false)));
      assertTrue(Float.isNaN(loss(trainer, session.upload(data(true)))));
      good.forEach(session::write);
      assertEquals(before, loss(trainer, session.upload(data(false))));
    }
  }

  @Test
  void predictorsSeeWhatAFailedStretchHasChanged() {
    try (Device device = CpuSessionTest.device();
        Session session = device.session(graph(new Fuse(1)), SessionConfig.of(1));
        ResidentData data = session.upload(data(false));
        Predictor predictor = session.predictor(BATCH)) {
      float[] before = new float[2 * BATCH * 3];
      float[] after = new float[2 * BATCH * 3];
      float[] truth = new float[2 * BATCH * 3];
      predictor.predict(data, 0, 2 * BATCH, before, null);
      Trainer trainer = session.trainer(BATCH, new Optimizer.Sgd(1, 0, false));
      Stretch two = stretch(BATCH, 0, 1, 2, 3, 4, 5, 6, 7);
      assertThrows(
          IllegalArgumentException.class, () -> trainer.run(data, two, new StretchResult(2)));
      predictor.predict(data, 0, 2 * BATCH, after, null);
      session.predictor(BATCH).predict(data, 0, 2 * BATCH, truth, null);
      assertArrayEquals(truth, after);
      assertFalse(Arrays.equals(before, after));
    }
  }

  @Test
  void stretchesThatCannotRunChangeNothing() {
    try (Device device = CpuSessionTest.device();
        Session session = device.session(graph(null), SessionConfig.of(1));
        ResidentData data = session.upload(data(false));
        Trainer trainer = session.trainer(BATCH, Optimizer.Adam.defaults())) {
      Tensor weights = session.read("conv/kernel");
      refused(
          "step 0 has 5 samples, but the trainer was made for 4 at most; make one for larger"
              + " batches",
          () -> trainer.run(data, stretch(5, 0, 1, 2, 3, 4), new StretchResult(1)));
      refused(
          "step 1: expected sample numbers from 0 to 7, received 8",
          () -> trainer.run(data, stretch(2, 0, 1, 2, 8), new StretchResult(2)));
      refused(
          "a stretch of 2 steps: expected a result with room for as many, received one for 1",
          () -> trainer.run(data, stretch(2, 0, 1, 2, 3), new StretchResult(1)));
      assertEquals(weights, session.read("conv/kernel"));
    }
  }

  @Test
  void predictionsThatDoNotFitAreRefused() {
    try (Device device = CpuSessionTest.device();
        Session session = device.session(graph(null), SessionConfig.of(1));
        ResidentData data = session.upload(data(false));
        Predictor predictor = session.predictor(BATCH)) {
      refused(
          "test has 8 samples; cannot predict 4 from number 5",
          () -> predictor.predict(data, 5, 4, new float[12], null));
      refused(
          "the array of probabilities: expected room for 12 numbers, received one of 11",
          () -> predictor.predict(data, 0, 4, new float[11], null));
      refused(
          "the array of losses: expected room for 4 numbers, received one of 3",
          () -> predictor.predict(data, 0, 4, new float[12], new float[3]));
    }
  }

  @Test
  void samplesThatOverflowInMemoryAreRefused() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(1 << 15, 1 << 15, 1));
    builder.add("norm", new Op.BatchNorm(0.9f, 1e-3f, true, true), 0);
    builder.add("mean", new Op.GlobalAvgPool(), 1);
    builder.add("dense", new Op.Dense(3, true), 2);
    try (Device device = CpuSessionTest.device()) {
      refused(
          "a sample of input, with its border and in whole vectors of channels, takes more numbers"
              + " than a Java array holds; make the layer or its input smaller",
          () -> device.session(builder.build("loss", 0), SessionConfig.of(1)));
      assertEquals(0, device.liveBuffers());
    }
  }

  /** Of whole groups there is room for more, which nobody has asked for. */
  @Test
  void aBatchThatOverflowsIsNamedAsItWasAskedFor() {
    try (Device device = CpuSessionTest.device();
        Session session = device.session(graph(null), SessionConfig.of(1))) {
      JacquardException e =
          assertThrows(JacquardException.class, () -> session.predictor(99_999_999));
      assertTrue(e.getMessage().contains(" for 99999999 samples needs "), e.getMessage());
    }
  }

  @Test
  void whatIsClosedIsForgotten() throws InterruptedException {
    try (Device device = CpuSessionTest.device();
        Session session = device.session(graph(null), SessionConfig.of(1))) {
      WeakReference<Predictor> predictor = new WeakReference<>(session.predictor(BATCH));
      WeakReference<ResidentData> data = new WeakReference<>(session.upload(data(false)));
      predictor.get().close();
      data.get().close();
      for (int i = 0; i < 100 && (predictor.get() != null || data.get() != null); i++) {
        System.gc();
        Thread.sleep(10);
      }
      assertNull(predictor.get());
      assertNull(data.get());
    }
  }

  @Test
  void aProfileAddsUpAllCallers() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    try (Device device = CpuSessionTest.device();
        Session session = device.session(graph(new Meeting(both)), SessionConfig.of(1));
        ResidentData data = session.upload(data(false));
        Predictor predictor = session.predictor(BATCH)) {
      Runnable call = () -> predictor.predict(data, 0, BATCH, new float[3 * BATCH], null);
      Thread other = new Thread(call);
      other.start();
      call.run();
      other.join();
      List<StageTime> times = session.profile();
      List<String> stages = predictor.plan().stages().stream().map(Plan.Stage::name).toList();
      assertEquals(stages, times.stream().map(StageTime::stage).toList());
      times.forEach(time -> assertEquals(2, time.runs(), time.stage()));
    }
  }

  @Test
  void fingerprintsOfPluginsAreTheSameInEveryProcess() {
    try (Device device = CpuSessionTest.device();
        Session one = device.session(graph(new Fuse(1)), SessionConfig.of(1));
        Session other = device.session(graph(new Fuse(1)), SessionConfig.of(1))) {
      assertEquals(
          one.trainer(BATCH, Optimizer.Adam.defaults()).plan().fingerprint(),
          other.trainer(BATCH, Optimizer.Adam.defaults()).plan().fingerprint());
      assertEquals(
          one.predictor(BATCH).plan().fingerprint(), other.predictor(BATCH).plan().fingerprint());
    }
  }
}
