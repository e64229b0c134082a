package dev.jacquard.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import dev.jacquard.layer.LayerTypes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models as Keras 3.15.1 wrote them. */
final class KerasModelTest {
  private static final String SEQUENTIAL =
      """
      {"name": "everything", "input_shape": [28, 28, 1],
       "layers": [
         {"type": "Conv2D", "filters": 8, "kernel_size": [3, 5], "strides": [2, 1],
          "padding": "same", "activation": "relu", "kernel_initializer": "he_normal"},
         {"type": "BatchNormalization", "momentum": 0.9},
         {"type": "MaxPooling2D"},
         {"type": "Conv2D", "filters": 4, "kernel_size": 3, "use_bias": false},
         {"type": "ReLU", "negative_slope": 0.1},
         {"type": "LeakyReLU"},
         {"type": "AveragePooling2D", "strides": 1, "padding": "same"},
         {"type": "Activation", "activation": "tanh"},
         {"type": "GlobalAveragePooling2D"},
         {"type": "Flatten"},
         {"type": "Dropout", "rate": 0.3},
         {"type": "Dense", "units": 10, "name": "scores"},
         {"type": "Softmax"}],
       "training": {"label_smoothing": 0.1,
         "optimizer": {"type": "AdamW", "learning_rate": 0.01, "weight_decay": 0.01}}}
      """;

  private static final String FUNCTIONAL =
      """
      {"name": "residual", "input_shape": [28, 28, 1],
       "layers": [
         {"type": "Conv2D", "name": "a", "filters": 8, "kernel_size": 3, "padding": "same"},
         {"type": "Conv2D", "name": "b", "filters": 8, "kernel_size": 3, "padding": "same"},
         {"type": "Add", "name": "sum", "inputs": ["a", "b"]},
         {"type": "Flatten", "name": "flat"},
         {"type": "Dense", "name": "scores", "units": 10, "activation": "softmax"}],
       "training": {"optimizer": {"type": "SGD", "learning_rate": 0.05, "momentum": 0.9,
         "nesterov": true}}}
      """;

  /** A small model, quotes single, with what is put in the places of A, the layer, and B. */
  private static final String SMALL =
      """
      {'class_name': 'Sequential', 'config': {'name': 'small', 'layers': [
        {'class_name': 'InputLayer', 'config': {'name': 'in', 'batch_shape': [null, 8, 8]}},
        {'class_name': 'Flatten', 'config': {'name': 'flat', 'data_format': 'channels_last'}},
        {'class_name': 'Dense', 'config': {'name': 'd', 'units': 3, A}}]}, 'compile_config': {B}}
      """;

  private static Network parse(String json) {
    return Network.parse(json, LayerTypes.builtIn());
  }

  private static String small(String setting, String compiled) {
    return SMALL.replace("A", setting).replace("B", compiled).replace('\'', '"');
  }

  /** What is said behind the words that it is a model of Keras's. */
  private static String refusal(String json) {
    String message = assertThrows(JacquardException.class, () -> parse(json)).getMessage();
    String begin = "a model of Keras's: ";
    assertTrue(message.startsWith(begin), message);
    return message.substring(begin.length());
  }

  static String kept(String name) throws IOException {
    try (InputStream in = KerasModelTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aSequentialModelIsTheNetworkThatOneWouldWrite() throws IOException {
    assertEquals(parse(SEQUENTIAL).toJson(), parse(kept("keras-sequential.json")).toJson());
  }

  @Test
  void aFunctionalModelHasItsShortcuts() throws IOException {
    assertEquals(parse(FUNCTIONAL).toJson(), parse(kept("keras-functional.json")).toJson());
  }

  @ParameterizedTest
  @CsvSource({"keras-sequential.json, 498", "keras-functional.json, 63394"})
  void countsParametersAsKerasDoes(String name, long parameters) throws IOException {
    assertEquals(parameters, parse(kept(name)).parameters());
  }

  @Test
  void anInputOfRowsAndColumnsHasOneChannel() {
    Network network = parse(small("'activation': null", ""));
    assertEquals("[8, 8, 1]", network.inputShape().toString());
    assertEquals(3, network.classes());
    assertEquals(true, network.training().isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'trainable': false|| config.layers[2].trainable: expected true, the only value that is"
            + " supported, received false",
        "'kernel_initializer': {'class_name': 'RandomNormal', 'config': {}}||"
            + " config.layers[2].kernel_initializer: expected one of \"zeros\", \"ones\","
            + " \"glorot_uniform\", \"he_uniform\", \"lecun_uniform\", \"glorot_normal\","
            + " \"he_normal\", \"lecun_normal\", received \"random_normal\"",
        "'bias_initializer': {'class_name': 'Ones', 'config': {}}||"
            + " config.layers[2].bias_initializer: expected \"zeros\", the only value that is"
            + " supported, received \"ones\"",
        "'kernel_regularizer': {'class_name': 'L2', 'config': {'l2': 0.1}}|| config.layers[2]:"
            + " unknown key \"kernel_regularizer\"; Dense takes units, use_bias, activation,"
            + " kernel_initializer, name, inputs",
        "'dtype': {'class_name': 'DTypePolicy', 'config': {'name': 'mixed_float16'}}||"
            + " config.layers[2].dtype: expected \"float32\", the only value that is supported,"
            + " received \"mixed_float16\"",
        "'use_bias': true| 'optimizer': {'class_name': 'RMSprop', 'config': {'name': 'rmsprop'}}|"
            + " compile_config.optimizer.type: expected one of \"Adam\", \"AdamW\", \"SGD\","
            + " received \"RMSprop\"; keras.models.clone_model(model).to_json() is without it",
        "'use_bias': true| 'optimizer': {'class_name': 'SGD', 'config': {'clipnorm': 1}}|"
            + " compile_config.optimizer: unknown key \"clipnorm\"; SGD takes learning_rate,"
            + " momentum, nesterov; keras.models.clone_model(model).to_json() is without it",
        "'use_bias': true| 'loss': 'mse'| compile_config.loss: expected one of"
            + " \"sparse_categorical_crossentropy\", \"categorical_crossentropy\", received"
            + " \"mse\"; keras.models.clone_model(model).to_json() is without it",
      })
  void saysWhatIsNotSupported(String setting, String compiled, String message) {
    assertEquals(message, refusal(small(setting, compiled == null ? "" : compiled)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Sequential| Model| class_name: expected one of \"Sequential\", \"Functional\", received"
            + " \"Model\"",
        "InputLayer| Flatten| config.layers: expected a first layer InputLayer, received none; give"
            + " the model a keras.Input",
        "Flatten| InputLayer| config.layers[1].config: expected a model with one input,"
            + " received a second",
        "[null, 8, 8]| [null, null, 8]| config.layers[0].config.batch_shape: expected a list of"
            + " whole numbers of at least 1, as in [28, 28, 1], received [null, 8]",
        "\"Flatten\", \"config\": {\"name\": \"flat\", \"data_format\": \"channels_last\"}|"
            + " \"BatchNormalization\", \"config\": {\"name\": \"flat\"}| input_shape:"
            + " expected [H, W, C] or [C], received [8, 8]; grey pictures have one channel, as in [28, 28, 1]",
        "Flatten| SeparableConv2D| config.layers[1].type: unknown layer type \"SeparableConv2D\";"
            + " the types are Activation, Add, AveragePooling2D, BatchNormalization, Conv2D, Dense,"
            + " Dropout, Flatten, GlobalAveragePooling2D, LeakyReLU, MaxPooling2D, ReLU, Sigmoid,"
            + " Softmax, Tanh",
      })
  void saysWhatIsNoModel(String text, String instead, String message) {
    assertEquals(message, refusal(small("'use_bias': true", "").replace(text, instead)));
  }

  /** What would be another model if it were read as what it looks like. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"keras_history\": [\"b\", 0, 0]| \"keras_history\": [\"b\", 1, 0]|"
            + " config.layers[4].inbound_nodes: expected the only output of a layer's only call,"
            + " received another",
        "\"inbound_nodes\": [{| \"inbound_nodes\": [{}, {| config.layers[1].inbound_nodes: expected"
            + " one call of the layer, received 2; make a layer for each call",
        "\"keras_history\"| \"other\"| config.layers[1].inbound_nodes: expected what it takes,"
            + " received nothing",
        "[\"unit\", 0, 0]| [\"pixels\", 0, 0]| config.layers[2]: takes the input without the"
            + " Rescaling that others take it with",
        "\"scale\": 0.003| \"scale\": 0.007| config.layers[1]: expected no Rescaling but one of 1/255"
            + " right behind the input, as stored bytes are scaled; received another",
        "[\"pixels\", 0, 0]| [\"a\", 0, 0]| config.layers[1]: expected no Rescaling but one of 1/255"
            + " right behind the input, as stored bytes are scaled; received another",
        "\"activation\": \"softmax\"| \"activation\": {\"class_name\": \"LeakyReLU\"}|"
            + " config.layers[6].activation: expected a name, as in \"relu\", received an object"
            + " \"LeakyReLU\"; put it behind as a layer of its own",
        "\"module\": \"keras.layers\"| \"module\": null| config.layers[0]: expected one of Keras's"
            + " own, received \"InputLayer\" of somebody else",
        "\"output_layers\": [\"scores\", 0, 0]| \"output_layers\": [[\"scores\", 0, 0], [\"flat\", 0,"
            + " 0]]| config.output_layers: expected the only output of a layer's only call,"
            + " received another",
        "\"output_layers\": [\"scores\", 0, 0]| \"output_layers\": [\"flat\", 0, 0]|"
            + " config.output_layers: expected the last layer, scores, received another",
        "\"loss_weights\": null| \"loss_weights\": [0.1]| compile_config.loss_weights: expected"
            + " null, received [0.1]; keras.models.clone_model(model).to_json() is without it",
        "\"activation\": \"softmax\"| \"activation\": \"linear\"| compile_config.loss: expected"
            + " from_logits true, as the network does not end with a softmax;"
            + " keras.models.clone_model(model).to_json() is without it",
        "\"loss\": \"sparse_categorical_crossentropy\"| \"loss\": {\"class_name\":"
            + " \"SparseCategoricalCrossentropy\", \"config\": {\"ignore_class\": 0}}|"
            + " compile_config.loss: unknown key \"ignore_class\"; CategoricalCrossentropy takes"
            + " from_logits, reduction, name, label_smoothing;"
            + " keras.models.clone_model(model).to_json() is without it",
        "\"compile_config\"| \"compile_confg\"| unknown key \"compile_confg\" (did you mean"
            + " \"compile_config\"?)",
      })
  void nothingIsReadAsAnotherModel(String text, String instead, String message) throws IOException {
    String json = kept("keras-functional.json");
    assertTrue(json.contains(text), text);
    String refusal = refusal(json.replace(text, instead));
    assertTrue(refusal.startsWith(message), refusal);
  }

  @Test
  void theOnlyOutputMayBeInAList() throws IOException {
    String json = kept("keras-functional.json");
    String list = json.replace("[\"scores\", 0, 0]", "[[\"scores\", 0, 0]]");
    assertTrue(!list.equals(json), list);
    assertEquals(parse(json), parse(list));
  }

  @Test
  void noneForASwitchIsFalse() {
    Network without = parse(small("'use_bias': null", ""));
    assertEquals(parse(small("'use_bias': false", "")), without);
  }

  @Test
  void anAxisMayBeCountedFromTheBatch() throws IOException {
    String json = kept("keras-sequential.json");
    assertEquals(
        parse(json),
        parse(json.replace("\"axis\": -1, \"momentum\"", "\"axis\": 3, \"momentum\"")));
  }

  @Test
  void tensorsMayBeKeywords() throws IOException {
    String json = kept("keras-functional.json");
    String keywords =
        json.replaceAll(
            "\"args\": \\[(\\{[^\\]]*\\][^\\]]*\\][^\\]]*)\\], \"kwargs\": \\{\\}",
            "\"args\": [], \"kwargs\": {\"inputs\": $1}");
    assertTrue(!keywords.equals(json), keywords);
    assertEquals(parse(json), parse(keywords));
  }
}
