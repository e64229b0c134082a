package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A data set whose samples and labels each go to the device in several copies. */
final class LargeUploadTest {
  /** Labels of 4 bytes then take a little more than the 4 MiB of a copy. */
  private static final int SAMPLES = (1 << 20) + 5;

  private static final int FEATURES = 5;
  private static final int SOME = 16;
  private static final Shape SAMPLE = Shape.of(1, 1, FEATURES);

  private final OpenClProvider provider = new OpenClProvider();

  @BeforeEach
  void findDevice() {
    FoundDevice.first();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isTheSameAsItsPartsAlone(boolean bytes) {
    DataSet all = bytes ? bytes() : floats();
    GraphBuilder builder = bytes ? GraphBuilder.overBytes(SAMPLE) : GraphBuilder.overFloats(SAMPLE);
    int value = builder.add("flatten", new Op.Flatten(), 0);
    builder.add("dense", new Op.Dense(3, true), value);
    String id = provider.probe(BackendOptions.none()).devices().get(0).info().id();
    try (Device device = provider.open(id, BackendOptions.none());
        Session session = device.session(builder.build("head", 0), SessionConfig.of(7));
        ResidentData resident = session.upload(all)) {
      // Around the end of the first copy of bytes, floats and labels; and the last ones.
      int[] places = {(1 << 22) / FEATURES, (1 << 20) / FEATURES, 1 << 20, SAMPLES};
      for (int place : places) {
        int first = Math.min(place + SOME / 2, SAMPLES) - SOME;
        try (ResidentData part = session.upload(all.slice(first, SOME))) {
          float[] expected = losses(session, part, 0);
          assertArrayEquals(expected, losses(session, resident, first), "from " + first);
        }
      }
    }
  }

  private static float[] losses(Session session, ResidentData data, int first) {
    float[] losses = new float[SOME];
    try (Predictor predictor = session.predictor(SOME)) {
      predictor.predict(data, first, SOME, new float[3 * SOME], losses);
    }
    return losses;
  }

  private static int[] labels() {
    int[] labels = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = i % 3;
    }
    return labels;
  }

  private static DataSet bytes() {
    byte[] bytes = new byte[SAMPLES * FEATURES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return DataSet.ofBytes("many", SAMPLE, bytes, labels(), List.of("a", "b", "c"));
  }

  private static DataSet floats() {
    float[] floats = new float[SAMPLES * FEATURES];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = i % 251 / 256f;
    }
    return DataSet.ofFloats("many", SAMPLE, floats, labels(), List.of("a", "b", "c"));
  }
}
