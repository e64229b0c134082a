package dev.jacquard.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.checkpoint.SafeTensors;
import dev.jacquard.checkpoint.TensorFile;
import dev.jacquard.error.JacquardException;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that others wrote. */
final class ModelFileTest {
  private static final String OF_KERAS =
      """
      {"class_name": "Sequential", "config": {"name": "small", "layers": [
        {"class_name": "InputLayer", "config": {"name": "in", "batch_shape": [null, 8, 8]}},
        {"class_name": "Flatten", "config": {"name": "flatten"}},
        {"class_name": "Dense", "config": {"name": "dense", "units": 3}}]}}
      """;

  @TempDir Path folder;

  private Path written(Map<String, Tensor> tensors) {
    Path file = folder.resolve("model.safetensors");
    SafeTensors.write(file, new TensorFile(tensors, Map.of("network", OF_KERAS)));
    return file;
  }

  @Test
  void aModelOfKerasHasItsNetworkAndWeights() {
    Tensor kernel = Tensor.zeros(Shape.of(64, 3));
    Tensor bias = Tensor.of(Shape.of(3), new float[] {1, 2, 3});
    ModelFile file = ModelFile.read(written(Map.of("dense/kernel", kernel, "dense/bias", bias)));
    Network network = file.network(LayerTypes.builtIn());
    assertEquals("[8, 8, 1]", network.inputShape().toString());
    file.requireFit(network.lower(DType.U8));
    assertEquals(bias, file.contents().tensors().get("dense/bias"));
  }

  @Test
  void namesWithTheModelsInFrontAreOthers() {
    Tensor kernel = Tensor.zeros(Shape.of(64, 3));
    ModelFile file = ModelFile.read(written(Map.of("small/dense/kernel", kernel)));
    Network network = file.network(LayerTypes.builtIn());
    JacquardException e =
        assertThrows(JacquardException.class, () -> file.requireFit(network.lower(DType.U8)));
    assertEquals(
        file.file()
            + " does not fit the network: tensor dense/kernel of shape [64, 3] is missing (and 2"
            + " others); use the network that the file was made with",
        e.getMessage());
  }
}
