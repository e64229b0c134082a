package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.DeviceReport;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two devices that are open at once: another of the machine, if it has one, or the same again. */
final class TwoDevicesTest {
  private static final int STEPS = 40;
  private static final int SAMPLES = 12;
  private static final BackendOptions NONE = BackendOptions.none();

  private final OpenClProvider provider = new OpenClProvider();

  @BeforeEach
  void findDevice() {
    FoundDevice.first();
  }

  private List<String> ids() {
    List<String> ids =
        provider.probe(NONE).devices().stream()
            .filter(DeviceReport::usable)
            .map(report -> report.info().id())
            .toList();
    return ids.size() > 1 ? ids.subList(0, 2) : List.of(ids.get(0), ids.get(0));
  }

  @Test
  void trainAtTheSameTimeAsEachDoesAlone() {
    List<float[]> alone = ids().stream().map(this::trainedAlone).toList();
    try (Device first = provider.open(ids().get(0), NONE);
        Device second = provider.open(ids().get(1), NONE)) {
      CompletableFuture<float[]> one = CompletableFuture.supplyAsync(() -> trained(first));
      CompletableFuture<float[]> other = CompletableFuture.supplyAsync(() -> trained(second));
      assertArrayEquals(alone.get(0), one.join());
      assertArrayEquals(alone.get(1), other.join());
      assertEquals(0, first.liveBuffers());
      assertEquals(0, second.liveBuffers());
    }
  }

  /** What closes one leaves the other as it is. */
  @Test
  void oneGoesOnWhenTheOtherIsClosed() {
    float[] alone = trainedAlone(ids().get(1));
    Device first = provider.open(ids().get(0), NONE);
    try (Device second = provider.open(ids().get(1), NONE)) {
      first.session(graph(), SessionConfig.of(1)).trainer(4, Optimizer.Adam.defaults());
      first.close();
      assertEquals(0, first.liveBuffers());
      assertArrayEquals(alone, trained(second));
    }
  }

  private float[] trainedAlone(String id) {
    try (Device device = provider.open(id, NONE)) {
      return trained(device);
    }
  }

  /** The losses of some steps. */
  private static float[] trained(Device device) {
    StretchResult result = new StretchResult(STEPS);
    try (Session session = device.session(graph(), SessionConfig.of(7));
        ResidentData data = session.upload(data());
        Trainer trainer = session.trainer(4, Optimizer.Adam.defaults())) {
      Stretch stretch = new Stretch(4, STEPS);
      stretch.clear(0);
      int[] order = IntStream.range(0, SAMPLES).toArray();
      for (int step = 0; step < STEPS; step++) {
        stretch.add(order, 4 * (step % 3), 4, 4 * (step % 3), 0.01);
      }
      trainer.run(data, stretch, result);
    }
    return result.losses();
  }

  private static DataSet data() {
    byte[] bytes = new byte[SAMPLES * 36];
    int[] labels = new int[SAMPLES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 37);
      labels[i / 36] = i / 36 % 3;
    }
    return DataSet.ofBytes("few", Shape.of(6, 6, 1), bytes, labels, List.of("a", "b", "c"));
  }

  private static Graph graph() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(6, 6, 1));
    Window window = Window.over(builder.shape(0), 3, 3, 1, 1, true);
    int value = builder.add("conv", new Op.Conv2d(4, window, true), 0);
    value = builder.add("norm", new Op.BatchNorm(0.99f, 1e-3f, true, true), value);
    value = builder.add("flatten", new Op.Flatten(), value);
    builder.add("dense", new Op.Dense(3, true), value);
    return builder.build("head", 0);
  }
}
