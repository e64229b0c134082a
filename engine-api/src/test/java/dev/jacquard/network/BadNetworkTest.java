package dev.jacquard.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.jacquard.error.JacquardException;
import dev.jacquard.layer.LayerTypes;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is wrong with a network is said in one line, with its path. Quotes in the JSON are single
 * here.
 */
final class BadNetworkTest {
  private static final String DENSE = "{'type': 'Dense', 'units': 10}";

  private static Arguments layers(String layers, String message) {
    return document("{'input_shape': [8, 8, 1], 'layers': [" + layers + "]}", message);
  }

  private static Arguments training(String training, String message) {
    return document(
        "{'input_shape': [8], 'layers': [" + DENSE + "], 'training': " + training + "}", message);
  }

  private static Arguments document(String json, String message) {
    return arguments(json.replace('\'', '"'), message);
  }

  static Stream<Arguments> unknownWords() {
    return Stream.of(
        layers(
            "{'type': 'Conv3D', 'filters': 3}",
            "layers[0].type: unknown layer type \"Conv3D\" (did you mean \"Conv2D\"?); the types"
                + " are Activation, Add, AveragePooling2D, BatchNormalization, Conv2D, Dense,"
                + " Dropout, Flatten, GlobalAveragePooling2D, LeakyReLU, MaxPooling2D, ReLU,"
                + " Sigmoid, Softmax, Tanh"),
        layers("{'units': 3}", "layers[0].type: expected a text, received nothing"),
        layers(
            "{'type': 'Flatten'}, {'type': 'Dense', 'units': 3, 'activations': 'relu'}",
            "layers[1]: unknown key \"activations\" (did you mean \"activation\"?); Dense takes"
                + " units, use_bias, activation, kernel_initializer, name, inputs"),
        layers(
            "{'type': 'Flatten', 'alpha': 3}",
            "layers[0]: unknown key \"alpha\"; Flatten takes name, inputs"),
        layers(
            "{'type': 'Conv2D', 'filter': 3}",
            "layers[0].filters: expected a whole number of at least 1, received nothing; is"
                + " \"filter\" meant to be it?"),
        layers(
            "{'type': 'Activation', 'activation': 'swish'}",
            "layers[0].activation: expected one of \"linear\", \"relu\", \"leaky_relu\","
                + " \"sigmoid\", \"tanh\", \"softmax\", received \"swish\""),
        layers(
            "{'type': 'ReLU'}, {'type': 'ReLU', 'inputs': ['relu']}",
            "layers[1].inputs[0]: no layer is named \"relu\"; \"input\" is the network's input"),
        layers(
            "{'type': 'ReLU', 'inputs': ['" + "x".repeat(900) + "']}",
            "layers[0].inputs[0]: no layer is named \""
                + "x".repeat(60)
                + "...\"; \"input\" is the"
                + " network's input"),
        document(
            "{'input_shape': [8], 'layers': [" + DENSE + "], 'trainning': {}}",
            "unknown key \"trainning\" (did you mean \"training\"?); a network takes name,"
                + " input_shape, layers, training"));
  }

  static Stream<Arguments> connections() {
    return Stream.of(
        layers(
            "{'type': 'ReLU', 'name': 'a', 'inputs': ['b']}, {'type': 'ReLU', 'name': 'b'}",
            "layers[0].inputs[0]: \"b\" comes later, at layers[1]; inputs must be listed before: a"
                + " network has no cycles"),
        layers(
            "{'type': 'Add', 'inputs': ['input', 'add']}",
            "layers[0].inputs[1]: \"add\" is the layer itself; inputs must be listed before: a"
                + " network has no cycles"),
        layers(
            "{'type': 'ReLU', 'name': 'a'}, {'type': 'ReLU', 'name': 'a'}",
            "layers[1].name: \"a\" is the name of layers[0]; choose another"),
        layers(
            "{'type': 'ReLU'}, {'type': 'ReLU', 'name': 're_lu'}",
            "layers[1].name: \"re_lu\" is the name of layers[0]; choose another"),
        layers(
            "{'type': 'ReLU', 'name': 'input'}",
            "layers[0].name: \"input\" is the name of the network's input; choose another"),
        layers(
            "{'type': 'ReLU', 'name': 'optimizer'}",
            "layers[0].name: \"optimizer\" is the name of the optimiser's state; choose another"),
        layers(
            "{'type': 'ReLU', 'name': 'a/b'}",
            "layers[0].name: expected 1 to 100 letters, digits, \"_\", \"-\" or \".\", the first a"
                + " letter, a digit or \"_\", received \"a/b\""),
        layers(
            "{'type': 'ReLU'}, {'type': 'Tanh', 'inputs': ['input']}",
            "layers[0] \"re_lu\": no layer takes its output; name it in the \"inputs\" of a later"
                + " layer or remove it"),
        layers(
            "{'type': 'ReLU', 'inputs': []}",
            "layers[0].inputs: expected a list of one or more texts, received []"),
        layers(
            "{'type': 'Add'}",
            "layers[0] \"add\": expected two or more inputs, received 1; name them in \"inputs\""),
        layers(
            "{'type': 'Flatten', 'inputs': ['input', 'input']}",
            "layers[0] \"flatten\": expected one input, received 2"));
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        layers(
            DENSE,
            "layers[0] \"dense\": expected an input of shape [C], received [8, 8, 1]; put a Flatten"
                + " or a GlobalAveragePooling2D before it"),
        layers(
            "{'type': 'Flatten'}, {'type': 'MaxPooling2D'}",
            "layers[1] \"max_pooling2d\": expected an input of shape [H, W, C], received [64]; put"
                + " it before the layer that gives up height and width"),
        layers(
            "{'type': 'Conv2D', 'filters': 3, 'kernel_size': 9}",
            "layers[0] \"conv2d\": window 9x9 is larger than its input 8x8; use a smaller one or"
                + " padding \"same\""),
        layers(
            "{'type': 'Conv2D', 'filters': 3, 'kernel_size': [3, 3, 3]}",
            "layers[0].kernel_size: expected a whole number from 1 to 65535 or a pair of them,"
                + " [height, width], received [3, 3, 3]"),
        layers(
            "{'type': 'Conv2D', 'filters': 3, 'kernel_size': 3, 'groups': 3}",
            "layers[0].groups: expected 1, the only value that is supported, received 3"),
        layers(
            "{'type': 'Conv2D', 'filters': 3, 'kernel_size': 3}",
            "layers[0] \"conv2d\" gives [6, 6, 3]; the last layer must give one number for each"
                + " class, as a Dense does"),
        layers(
            "{'type': 'Dropout', 'rate': 1}",
            "layers[0].rate: expected a number of at least 0 and at most 0.999, received 1"),
        layers(
            "{'type': 'Flatten'}, {'type': 'Dense', 'units': 3.0}",
            "layers[1].units: expected a whole number of at least 1, received 3.0"),
        layers(
            "{'type': 'Flatten'}, {'type': 'Dense', 'units': 2147483648}",
            "layers[1].units: expected a whole number of at most 2147483647, received 2147483648"),
        layers(
            "{'type': 'Flatten'}, {'type': 'Dense', 'units': 1e9999}",
            "layers[1].units: expected a whole number of at most 2147483647, received 1E+9999"),
        layers(
            "{'type': 'Flatten'}, {'type': 'Dense', 'units': 2147483647}",
            "layers[1] \"dense\": shape [64, 2147483647] overflows: at most 2147483647 elements fit"
                + " one tensor"),
        layers(
            "{'type': 'Conv2D', 'filters': 40000000, 'kernel_size': 1}",
            "layers[0] \"conv2d\": shape [8, 8, 40000000] overflows: at most 2147483647 elements"
                + " fit one tensor"),
        layers("{'type': 'Flatten'}, 3", "layers[1]: expected an object, received 3"),
        document(
            "{'input_shape': [100000, 100000, 3], 'layers': [{'type': 'Flatten'}]}",
            "input_shape: shape [100000, 100000, 3] overflows: at most 2147483647 elements fit one"
                + " tensor"),
        document(
            "{'input_shape': [1, 1, 1, 1, 1, 1, 1, 1, 1], 'layers': [{'type': 'Flatten'}]}",
            "input_shape: expected at most 8 whole numbers, as in [28, 28, 1], received [1, 1,"
                + " 1, 1, 1, 1, 1, 1, 1]"),
        document(
            "{'input_shape': [28, 28], 'layers': [{'type': 'Flatten'}]}",
            "input_shape: expected [H, W, C] or [C], received [28, 28]; grey pictures have one"
                + " channel, as in [28, 28, 1]"),
        document(
            "{'input_shape': [28, 0, 1], 'layers': [{'type': 'Flatten'}]}",
            "input_shape: expected a list of whole numbers of at least 1, as in [28, 28, 1],"
                + " received [28, 0, 1]"),
        document(
            "{'layers': [{'type': 'Flatten'}]}",
            "input_shape: expected a list of whole numbers of at least 1, as in [28, 28, 1],"
                + " received nothing"),
        document(
            "{'input_shape': [8], 'layers': []}",
            "layers: expected a list of one or more objects, received []"),
        document(
            "{'name': '../x', 'input_shape': [8], 'layers': [" + DENSE + "]}",
            "name: expected 1 to 100 letters, digits, \"_\", \"-\" or \".\", the first a letter, a"
                + " digit or \"_\", received \"../x\""));
  }

  static Stream<Arguments> trainings() {
    return Stream.of(
        training(
            "{'batch_size': 0}",
            "training.batch_size: expected a whole number of at least 1, received 0"),
        training(
            "{'epochs': 0}", "training.epochs: expected a whole number of at least 1, received 0"),
        training(
            "{'schedule': 'one_cycle'}",
            "training.schedule: expected one of \"constant\", \"cosine\", \"one-cycle\", received"
                + " \"one_cycle\""),
        training(
            "{'label_smoothing': 1}",
            "training.label_smoothing: expected a number of at least 0 and below 1, received 1"),
        training(
            "{'optimizer': 'adam'}", "training.optimizer: expected an object, received \"adam\""),
        training(
            "{'optimizer': {'type': 'RMSprop'}}",
            "training.optimizer.type: expected one of \"Adam\", \"AdamW\", \"SGD\", received"
                + " \"RMSprop\""),
        training(
            "{'optimizer': {'type': 'Adam', 'weight_decay': 0.1}}",
            "training.optimizer: unknown key \"weight_decay\"; Adam takes learning_rate, beta_1,"
                + " beta_2, epsilon"),
        training(
            "{'optimizer': {'type': 'SGD', 'learning_rate': 0}}",
            "training.optimizer.learning_rate: expected a number above 0, received 0"),
        training(
            "{'batchsize': 3}",
            "training: unknown key \"batchsize\" (did you mean \"batch_size\"?); training takes"
                + " batch_size, epochs, optimizer, schedule, label_smoothing"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource({"unknownWords", "connections", "shapes", "trainings"})
  void saysWhatIsWrongAndWhere(String json, String message) {
    JacquardException e =
        assertThrows(JacquardException.class, () -> Network.parse(json, LayerTypes.builtIn()));
    assertEquals(message, e.getMessage());
  }

  @Test
  void saysWhichLayerDoesNotMatchTheClasses() {
    assertEquals(
        "layers[1] \"dense_1\" gives 12 numbers, the data set has 10 classes; set its units to 10",
        classesFault("{'type': 'Dense', 'units': 5}, {'type': 'Dense', 'units': 12}"));
    assertEquals(
        "layers[1] \"softmax\" gives 10 numbers, the data set has 12 classes; end with a Dense"
            + " layer of 12 units",
        classesFault(DENSE + ", {'type': 'Softmax'}"));
  }

  private static String classesFault(String layers) {
    String json = ("{'input_shape': [8], 'layers': [" + layers + "]}").replace('\'', '"');
    Network network = Network.parse(json, LayerTypes.builtIn());
    int classes = network.classes() == 10 ? 12 : 10;
    return assertThrows(JacquardException.class, () -> network.requireClasses(classes))
        .getMessage();
  }
}
