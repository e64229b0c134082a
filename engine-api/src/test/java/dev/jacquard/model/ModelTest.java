package dev.jacquard.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.checkpoint.SafeTensors;
import dev.jacquard.checkpoint.TensorFile;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import dev.jacquard.reference.Batch;
import dev.jacquard.reference.Pass;
import dev.jacquard.reference.ReferenceBackend;
import dev.jacquard.reference.ReferenceModel;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Recipe;
import dev.jacquard.train.TrainingResult;
import dev.jacquard.train.TrainingResult.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model's life, computed by the reference. */
class ModelTest {
  private static final Recipe RECIPE = Recipe.of(Stripes.NETWORK, 1);
  private static final DataSet TRAINING = Stripes.data("training", 64);
  private static final DataSet TEST = Stripes.data("test", 21);

  @TempDir Path folder;
  private ModelOptions options;

  @BeforeEach
  void options() {
    options = Stripes.onReference(folder);
  }

  @Test
  void sayWhatTheyAre() {
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      assertEquals("stripes", model.network().name());
      assertEquals(Stripes.PICTURE, model.input());
      assertEquals(4, model.classes());
      assertEquals(ReferenceBackend.ID, model.device().id());
    }
  }

  /** One, a few, and more than a batch. */
  @Test
  void predictAsTheDefinitionDoes() {
    Graph graph = Stripes.NETWORK.lower(DType.U8);
    DataSet data = Stripes.data("many", 131);
    ReferenceModel definition = new ReferenceModel(graph, 7);
    int[] numbers = IntStream.range(0, data.size()).toArray();
    Pass pass = definition.infer(Batch.of(graph.input(), data, numbers, 0, data.size()));
    try (Model model = Model.create(Stripes.NETWORK, options.withSeed(7))) {
      for (int count : new int[] {1, 2, 64, 65, 131}) {
        float[] received = model.predict(Arrays.copyOf(data.bytes(), count * 16));
        assertEquals(count * 4, received.length);
        for (int i = 0; i < received.length; i++) {
          assertEquals(pass.probabilities()[i], received[i], 1e-6);
        }
      }
    }
  }

  @Test
  void trainAndAreSavedAndLoaded() {
    Path file = folder.resolve("stripes.safetensors");
    float[] before;
    double accuracy;
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      assertTrue(model.evaluate(TEST).accuracy() < 0.8);
      TrainingResult result = model.train(TRAINING, Optional.of(TEST), RECIPE, List.of());
      assertEquals(Ending.COMPLETED, result.ending());
      assertEquals(6 * 8, result.progress().step());
      accuracy = result.evaluation().map(Evaluation::accuracy).orElseThrow();
      assertTrue(accuracy > 0.9, () -> "it has not learned: " + result.evaluation());
      before = model.predict(TEST.bytes());
      model.save(file);
    }
    try (Model model = Model.load(file, options)) {
      assertEquals(Stripes.NETWORK.toJson(), model.network().toJson());
      assertArrayEquals(before, model.predict(TEST.bytes()));
      assertEquals(accuracy, model.evaluate(TEST).accuracy());
    }
  }

  /** Nothing is left of a first training but the parameters. */
  @Test
  void canBeTrainedAgain() {
    Recipe three = RECIPE.withMaxSteps(OptionalLong.of(3));
    Path file = folder.resolve("once.safetensors");
    float[] once;
    float[] twice;
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      model.train(TRAINING, Optional.empty(), three, List.of());
      model.save(file);
      once = model.predict(TEST.bytes());
      model.train(TRAINING, Optional.empty(), three, List.of());
      twice = model.predict(TEST.bytes());
    }
    assertFalse(Arrays.equals(once, twice));
    try (Model model = Model.load(file, options)) {
      model.train(TRAINING, Optional.empty(), three, List.of());
      assertArrayEquals(twice, model.predict(TEST.bytes()));
    }
  }

  @Test
  void areTakenFromTheFolderOfARun() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    JacquardException none =
        assertThrows(JacquardException.class, () -> Model.load(run, options).close());
    assertTrue(none.getMessage().contains("holds no model.safetensors"), none.getMessage());
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      model.save(run.resolve("model.safetensors"));
    }
    try (Model model = Model.load(run, options)) {
      assertEquals("stripes", model.network().name());
    }
  }

  @Test
  void leaveADeviceOpenThatIsNotTheirs() {
    Path file = folder.resolve("stripes.safetensors");
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      model.save(file);
    }
    ModelFile contents = ModelFile.read(file);
    try (Device device = new ReferenceBackend().open(ReferenceBackend.ID, BackendOptions.none())) {
      for (int i = 0; i < 2; i++) {
        Model model =
            Model.load(
                contents, contents.network(LayerTypes.builtIn()), device, SessionConfig.of(1));
        assertEquals(4, model.predict(new byte[16]).length);
        assertTrue(device.liveBuffers() > 0);
        model.close();
        assertEquals(0, device.liveBuffers());
      }
    }
  }

  @Test
  void refuseAnotherNetworksFileAndFreeWhatTheyTook() {
    Path file = folder.resolve("other.safetensors");
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      model.save(file);
    }
    ModelFile contents = ModelFile.read(file);
    String other = Stripes.NETWORK.toJson().replace("\"units\": 6", "\"units\": 5");
    Network network = Network.parse(other, LayerTypes.builtIn());
    try (Device device = new ReferenceBackend().open(ReferenceBackend.ID, BackendOptions.none())) {
      JacquardException refused =
          assertThrows(
              JacquardException.class,
              () -> Model.load(contents, network, device, SessionConfig.of(1)).close());
      assertTrue(refused.getMessage().contains("dense/kernel"), refused.getMessage());
      assertEquals(0, device.liveBuffers());
    }
  }

  /** A file of no tensors can name a network that takes gigabytes. */
  @Test
  void refuseAFileWithoutTensorsBeforeMemoryIsTaken() {
    Path file = folder.resolve("empty.safetensors");
    String network =
        "{\"input_shape\": [8], \"layers\": [{\"type\": \"Dense\", \"units\": 250000000}]}";
    SafeTensors.write(file, new TensorFile(Map.of(), Map.of("network", network)));
    JacquardException refused =
        assertThrows(JacquardException.class, () -> Model.load(file, options).close());
    assertEquals(
        file
            + " does not fit the network: tensor dense/kernel of shape [8, 250000000] is missing"
            + " (and 1 other); use the network that the file was made with",
        refused.getMessage());
  }

  @Test
  void refuseWhatIsNotWholeSamples() {
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      for (int length : new int[] {0, 15, 17}) {
        JacquardException refused =
            assertThrows(JacquardException.class, () -> model.predict(new byte[length]));
        assertEquals(
            "samples to predict: expected a multiple of 16 numbers, each sample being [4, 4, 1],"
                + " received "
                + length,
            refused.getMessage());
      }
    }
  }

  @Test
  void refuseMoreSamplesThanAnArrayHoldsProbabilitiesOf() {
    Network network =
        Network.parse(
            "{\"input_shape\": [1], \"layers\": [{\"type\": \"Dense\", \"units\": 1000}]}",
            LayerTypes.builtIn());
    try (Model model = Model.create(network, options)) {
      JacquardException refused =
          assertThrows(JacquardException.class, () -> model.predict(new byte[3_000_000]));
      assertEquals(
          "samples to predict: 3000000 samples of 1000 classes have 3000000000 probabilities, more"
              + " than an array holds; give at most 2147483 samples at a time",
          refused.getMessage());
    }
  }

  /** A saved model in which the last layer's bias of the first class is another. */
  private Model withBias(float other) {
    Path file = folder.resolve("stripes.safetensors");
    try (Model model = Model.create(Stripes.NETWORK, options)) {
      model.save(file);
    }
    TensorFile whole = SafeTensors.read(file);
    Map<String, Tensor> tensors = new LinkedHashMap<>(whole.tensors());
    tensors.put("dense_1/bias", Tensor.of(Shape.of(4), other, 0, 0, 0));
    SafeTensors.write(file, new TensorFile(tensors, whole.metadata()));
    return Model.load(file, options);
  }

  /** Of NaN no class is the most probable one; that a class has no probability is sound. */
  @Test
  void refuseToBeEvaluatedWithoutNumbers() {
    try (Model model = withBias(Float.NaN)) {
      JacquardException refused = assertThrows(JacquardException.class, () -> model.evaluate(TEST));
      assertTrue(refused.getMessage().startsWith("the model gives NaN"), refused.getMessage());
    }
    try (Model model = withBias(1e30f)) {
      assertTrue(model.evaluate(TEST).loss() > 1e6);
    }
  }

  private static DataSet asFloats(DataSet data) {
    float[] elements = new float[data.bytes().length];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (data.bytes()[i] & 0xFF) / 255f;
    }
    return DataSet.ofFloats(data.name(), data.sample(), elements, data.labels(), data.classes());
  }

  /** What bytes are scaled to. */
  @Test
  void takeFloatsAsTheyAre() {
    DataSet floats = asFloats(TEST);
    try (Model ofBytes = Model.create(Stripes.NETWORK, options);
        Model ofFloats = Model.create(Stripes.NETWORK, options.withSamples(DType.F32))) {
      assertArrayEquals(ofBytes.predict(TEST.bytes()), ofFloats.predict(floats.floats()), 1e-6f);
      ofFloats.train(asFloats(TRAINING), Optional.of(floats), RECIPE, List.of());
      assertTrue(ofFloats.evaluate(floats).accuracy() > 0.9);
      JacquardException refused =
          assertThrows(JacquardException.class, () -> ofFloats.predict(TEST.bytes()));
      assertEquals(
          "samples: the network takes samples stored as F32, received U8; give such samples, or a"
              + " network and session for these",
          refused.getMessage());
      assertThrows(JacquardException.class, () -> ofBytes.predict(floats.floats()));
    }
  }

  @Test
  void doNothingOnceClosed() {
    Model model = Model.create(Stripes.NETWORK, options);
    model.predict(new byte[16]);
    model.close();
    model.close();
    assertThrows(IllegalStateException.class, () -> model.predict(new byte[16]));
    assertThrows(IllegalStateException.class, () -> model.save(folder.resolve("x.safetensors")));
    assertEquals(4, model.classes());
  }

  @Test
  void refuseOptionsThatAreNotTheBackends() {
    ModelOptions wrong = options.withBackendOptions(Map.of("treads", "2"));
    JacquardException refused =
        assertThrows(JacquardException.class, () -> Model.create(Stripes.NETWORK, wrong).close());
    assertEquals(
        "backend option treads: reference has no such option; it has none", refused.getMessage());
  }

  @Test
  void refuseAPrecisionThatTheDeviceLacks() {
    ModelOptions rounded = options.withPrecision(Precision.TF32);
    JacquardException refused =
        assertThrows(JacquardException.class, () -> Model.create(Stripes.NETWORK, rounded).close());
    assertEquals(
        "device reference computes in double precision only, received precision tf32; use fp32",
        refused.getMessage());
  }

  @Test
  void sayWhatIsMissingWhereThereIsNoBackend() {
    ModelOptions bare = ModelOptions.defaults();
    JacquardException refused =
        assertThrows(JacquardException.class, () -> Model.create(Stripes.NETWORK, bare).close());
    assertTrue(refused.getMessage().startsWith("no backend was found;"), refused.getMessage());
  }
}
