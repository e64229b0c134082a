package dev.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Winograd's convolutions beside direct ones, over several groups of images and a smaller last. */
class WinogradTest {
  private static final int BATCH = 21;
  private static final int SAMPLES = 37;

  /** Nothing in it has a kink, at which a rounding could choose another gradient. */
  static Graph graph() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(12, 11, 1));
    convolve(builder, "first", 32, true);
    builder.add("drop", new Op.Dropout(0.25), builder.last());
    convolve(builder, "same", 20, true);
    convolve(builder, "valid", 33, false);
    builder.add("mean", new Op.GlobalAvgPool(), builder.last());
    builder.add("dense", new Op.Dense(3, true), builder.last());
    return builder.build("loss", 0);
  }

  private static void convolve(GraphBuilder builder, String name, int filters, boolean same) {
    Window window = Window.over(builder.shape(builder.last()), 3, 3, 1, 1, same);
    builder.add(name, new Op.Conv2d(filters, window, true), builder.last());
    builder.add(name + "_norm", new Op.BatchNorm(0.9f, 1e-3f, true, true), builder.last());
  }

  static DataSet data() {
    byte[] pixels = new byte[SAMPLES * 12 * 11];
    new Random(1).nextBytes(pixels);
    int[] labels = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = i * i % 3;
    }
    return DataSet.ofBytes("test", Shape.of(12, 11, 1), pixels, labels, List.of("a", "b", "c"));
  }

  static Device device(String tiles, String kernels, int threads) {
    BackendOptions options =
        BackendOptions.none()
            .with(CpuProvider.WINOGRAD, tiles)
            .with(CpuProvider.KERNELS, kernels)
            .with(CpuProvider.THREADS, threads);
    return new CpuProvider().open(CpuProvider.ID, options);
  }

  /** A full batch and a smaller one. */
  static Stretch stretch() {
    int[] order = IntStream.range(0, SAMPLES).toArray();
    Stretch stretch = new Stretch(BATCH, 2);
    stretch.clear(0);
    stretch.add(order, 0, BATCH, 0, 1e-2);
    stretch.add(order, BATCH, SAMPLES - BATCH, BATCH, 1e-2);
    return stretch;
  }

  /** What two steps leave behind, and probabilities by batches of 5. */
  private static Map<String, float[]> outcome(String tiles, String kernels, int threads) {
    Map<String, float[]> outcome = new LinkedHashMap<>();
    try (Device device = device(tiles, kernels, threads);
        Session session = device.session(graph(), SessionConfig.of(3));
        ResidentData data = session.upload(data());
        Trainer trainer = session.trainer(BATCH, new Optimizer.Sgd(1, 0.5, false));
        Predictor predictor = session.predictor(5)) {
      trainer.run(data, stretch(), new StretchResult(2));
      session.tensors().forEach(name -> outcome.put(name, session.read(name).values()));
      float[] probabilities = new float[SAMPLES * 3];
      predictor.predict(data, 0, SAMPLES, probabilities, null);
      outcome.put("probabilities", probabilities);
    }
    return outcome;
  }

  @ParameterizedTest
  @CsvSource({"2, vector", "4, vector", "2, scalar", "4, scalar"})
  void itLearnsWhatADirectConvolutionLearns(String tiles, String kernels) {
    Map<String, float[]> direct = outcome("none", kernels, 2);
    Map<String, float[]> winograd = outcome(tiles, kernels, 2);
    assertEquals(direct.keySet(), winograd.keySet());
    boolean same = true;
    for (String name : direct.keySet()) {
      float[] expected = direct.get(name);
      float[] received = winograd.get(name);
      float greatest = 1e-3f;
      for (float value : expected) {
        greatest = Math.max(greatest, Math.abs(value));
      }
      assertArrayEquals(expected, received, 2e-5f * greatest, name);
      same &= java.util.Arrays.equals(expected, received);
    }
    assertFalse(same, "the bits are those of direct convolutions");
  }

  @ParameterizedTest
  @CsvSource({"2, vector", "4, vector", "4, scalar"})
  void threadsDoNotChangeTheBits(String tiles, String kernels) {
    Map<String, float[]> one = outcome(tiles, kernels, 1);
    for (int threads : new int[] {2, 3, 5}) {
      Map<String, float[]> more = outcome(tiles, kernels, threads);
      one.forEach((name, values) -> assertArrayEquals(values, more.get(name), name));
    }
  }

  @Test
  void batchesDoNotChangeWhatIsPredicted() {
    try (Device device = device("4", "auto", 2);
        Session session = device.session(graph(), SessionConfig.of(3));
        ResidentData data = session.upload(data())) {
      float[] expected = new float[SAMPLES * 3];
      session.predictor(SAMPLES).predict(data, 0, SAMPLES, expected, null);
      for (int batch : new int[] {1, 4, 32}) {
        float[] received = new float[SAMPLES * 3];
        session.predictor(batch).predict(data, 0, SAMPLES, received, null);
        assertArrayEquals(expected, received, "batch " + batch);
      }
    }
  }

  private static Plan plan(String tiles) {
    try (Device device = device(tiles, "auto", 1);
        Session session = device.session(graph(), SessionConfig.of(3))) {
      return session.trainer(BATCH, Optimizer.Adam.defaults()).plan();
    }
  }

  @Test
  void thePlanSaysWhereItIsUsed() {
    Plan plan = plan("4");
    List<String> names =
        plan.stages().stream()
            .filter(stage -> stage.kernel().contains("winograd F(4x4,3x3)"))
            .map(Plan.Stage::name)
            .toList();
    assertEquals(
        List.of("same forward", "valid forward", "valid backward", "same backward"), names);
    assertNotEquals(plan("none").fingerprint(), plan.fingerprint());
    assertTrue(plan.flops() < plan("none").flops());
  }

  @Test
  void theOptionSaysWhatItExpects() {
    JacquardException refused =
        assertThrows(
            JacquardException.class,
            () -> BackendOptions.parse(new CpuProvider().options(), Map.of("winograd", "3")));
    assertEquals("winograd: expected none, 2 or 4, received 3", refused.getMessage());
  }
}
