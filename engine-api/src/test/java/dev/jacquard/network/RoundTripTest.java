package dev.jacquard.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.acme.SqueezeType;
import dev.jacquard.graph.Op;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read back as it was, and the same network is always the same text. */
final class RoundTripTest {
  /** Every layer with every setting away from its default, names given and not, and a residual. */
  private static final String EVERYTHING =
      """
      {
        "name": "everything",
        "input_shape": [29, 31, 3],
        "layers": [
          {"type": "Conv2D", "name": "stem", "filters": 8, "kernel_size": [3, 5], "strides": [2, 1], \
      "padding": "same", "use_bias": false, "activation": "leaky_relu", "kernel_initializer": "he_uniform"},
          {"type": "BatchNormalization", "momentum": 0.9, "epsilon": 1e-5, "center": false, "scale": false},
          {"type": "ReLU", "negative_slope": 0.01},
          {"type": "LeakyReLU", "negative_slope": 0.2},
          {"type": "Add", "name": "sum", "inputs": ["leaky_re_lu", "stem", "re_lu"]},
          {"type": "Sigmoid"},
          {"type": "Tanh"},
          {"type": "Softmax"},
          {"type": "Activation", "activation": "linear"},
          {"type": "Activation", "activation": "relu"},
          {"type": "Dropout", "rate": 0.3333333333333333},
          {"type": "MaxPooling2D", "pool_size": [3, 2], "strides": [2, 2], "padding": "same"},
          {"type": "AveragePooling2D", "pool_size": [2, 3]},
          {"type": "MaxPooling2D"},
          {"type": "Conv2D", "filters": 4, "kernel_size": [1, 1]},
          {"type": "GlobalAveragePooling2D"},
          {"type": "Flatten"},
          {"type": "Dense", "name": "conv2d_1", "units": 10, "use_bias": false, "activation": "tanh", \
      "kernel_initializer": "ones"},
          {"type": "Dense", "units": 10, "kernel_initializer": "zeros"}
        ],
        "training": {"batch_size": 7, "epochs": 2, "optimizer": {"type": "SGD", "learning_rate": 0.1, \
      "momentum": 0.9, "nesterov": true}, "schedule": "cosine", "label_smoothing": 0.05}
      }
      """;

  private static final String HEAD = "{\"input_shape\": [4], \"layers\": [";

  private static Network parse(String json) {
    return Network.parse(json, LayerTypes.builtIn());
  }

  @Test
  void canonicalTextIsWrittenAsItWasRead() {
    assertEquals(EVERYTHING, parse(EVERYTHING).toJson());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        EVERYTHING,
        HEAD + "{\"type\": \"Dense\", \"units\": 3}]}",
        HEAD + "{\"type\": \"Dense\", \"units\": 3}], \"training\": {}}",
        HEAD
            + "{\"units\": 3, \"inputs\": [\"input\"], \"name\": \"dense\", \"type\": \"Dense\"}]}",
        HEAD
            + "{\"type\": \"ReLU\", \"name\": \"dense_1\"}, {\"type\": \"Dense\", \"units\": 4},"
            + "{\"type\": \"Dense\", \"units\": 4}]}",
        HEAD
            + "{\"type\": \"Dense\", \"units\": 4}, {\"type\": \"Add\", \"inputs\":"
            + " [\"dense\", \"input\", \"dense\"]}], \"training\": {\"optimizer\": {\"type\":"
            + " \"AdamW\", \"beta_1\": 0.5, \"beta_2\": 0.75, \"weight_decay\": 1e-4}}}",
        HEAD
            + "{\"type\": \"Dense\", \"units\": 4}], \"training\": {\"epochs\": 2, \"optimizer\":"
            + " {\"type\": \"Adam\", \"epsilon\": 1e-8}, \"schedule\": \"constant\"}}"
      })
  void readsBackWhatItWrites(String json) {
    Network network = parse(json);
    String text = network.toJson();
    Network again = parse(text);
    assertEquals(network, again);
    assertEquals(network.hashCode(), again.hashCode());
    assertEquals(text, again.toJson());
  }

  @Test
  void writesNamesAndInputsOnlyWhereTheyAreNotAutomatic() {
    String text =
        parse(
                HEAD
                    + "{\"type\": \"ReLU\", \"name\": \"re_lu\", \"inputs\": [\"input\"]},"
                    + "{\"type\": \"Dense\", \"name\": \"mine\", \"units\": 3}]}")
            .toJson();
    assertEquals(
        """
        {
          "name": "sequential",
          "input_shape": [4],
          "layers": [
            {"type": "ReLU"},
            {"type": "Dense", "name": "mine", "units": 3}
          ]
        }
        """,
        text);
  }

  @Test
  void anAutomaticNamePassesOverNamesThatAreTaken() {
    Network network =
        parse(
            HEAD
                + "{\"type\": \"ReLU\", \"name\": \"dense_1\"}, {\"type\": \"Dense\", \"units\":"
                + " 4},{\"type\": \"Dense\", \"units\": 4}]}");
    assertEquals(
        List.of("dense_1", "dense", "dense_2"),
        network.layers().stream().map(NamedLayer::name).toList());
  }

  @Test
  void layersOfPlugInsAreWrittenUnderTheirStableName() {
    LayerTypes types = LayerTypes.with(List.of(new SqueezeType()));
    String json =
        """
        {
          "name": "plugged",
          "input_shape": [4],
          "layers": [
            {"type": "acme:squeeze", "factor": 3},
            {"type": "acme:squeeze", "name": "second", "factor": 2}
          ]
        }
        """;
    Network network = Network.parse(json, types);
    assertEquals("squeeze", network.layers().get(0).name());
    assertEquals(json, network.toJson());
  }

  @Test
  void differentNetworksAreNotEqual() {
    Network network = parse(EVERYTHING);
    assertNotEquals(network, parse(EVERYTHING.replace("\"stem\"", "\"steam\"")));
    assertNotEquals(network, parse(EVERYTHING.replace("\"everything\"", "\"other\"")));
    assertNotEquals(network, parse(EVERYTHING.replace("0.05", "0.06")));
    assertNotEquals(
        network, parse(EVERYTHING.replace("\"rate\": 0.3333333333333333", "\"rate\": 0.5")));
    assertNotEquals(network, parse(EVERYTHING.replace("[29, 31, 3]", "[29, 31, 1]")));
  }

  @Test
  void linearActivationsLeaveNoOp() {
    Network network =
        parse(
            HEAD
                + "{\"type\": \"Dense\", \"units\": 4},"
                + "{\"type\": \"Activation\", \"activation\": \"linear\"}]}");
    assertEquals(3, network.lower(DType.F32).nodes().size());
    assertEquals(0, network.summary().get(1).flops());
  }

  @Test
  void residualsAreConnectedAsNamed() {
    Network network =
        parse(
            HEAD
                + "{\"type\": \"Dense\", \"units\": 4},"
                + "{\"type\": \"Add\", \"inputs\": [\"dense\", \"input\"]}]}");
    var graph = network.lower(DType.F32);
    assertEquals(new Op.Add(), graph.node(2).op());
    assertEquals(List.of(1, 0), graph.node(2).inputs());
    assertEquals(List.of("dense", "input"), network.summary().get(1).inputs());
  }

  @Test
  void trainingIsOptional() {
    assertFalse(parse(HEAD + "{\"type\": \"ReLU\"}]}").training().isPresent());
    assertEquals(
        TrainingDefaults.standard(),
        parse(HEAD + "{\"type\": \"ReLU\"}], \"training\": {}}").training().orElseThrow());
    assertTrue(parse(EVERYTHING).training().isPresent());
  }
}
