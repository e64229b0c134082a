package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Network files that {@code train} refuses, each with one line, and with nothing left behind. */
class BadNetworkTest {
  private static final String DENSE = "{\"type\": \"Dense\", \"units\": 10}";
  private static final String FLATTEN = "{\"type\": \"Flatten\"}";

  @TempDir Path folder;

  private static String network(String input, String... layers) {
    return "{\"input_shape\": " + input + ", \"layers\": [" + String.join(", ", layers) + "]}";
  }

  private static Arguments of(String message, String... layers) {
    return Arguments.of(message, network("[28, 28, 1]", layers));
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        of(
            "layers[0].type: unknown layer type \"Flaten\" (did you mean \"Flatten\"?); the types"
                + " are Activation, Add, AveragePooling2D, BatchNormalization, Conv2D, Dense,"
                + " Dropout, Flatten, GlobalAveragePooling2D, LeakyReLU, MaxPooling2D, ReLU,"
                + " Sigmoid, Softmax, Tanh",
            "{\"type\": \"Flaten\"}",
            DENSE),
        of(
            "layers[1].units: expected a whole number of at least 1, received nothing; is \"unit\""
                + " meant to be it?",
            FLATTEN,
            "{\"type\": \"Dense\", \"unit\": 10}"),
        of(
            "layers[1].activation: expected one of \"linear\", \"relu\", \"leaky_relu\","
                + " \"sigmoid\", \"tanh\", \"softmax\", received \"sofmax\"",
            FLATTEN,
            "{\"type\": \"Dense\", \"units\": 10, \"activation\": \"sofmax\"}"),
        of(
            "layers[0].inputs[0]: no layer is named \"nowhere\"; \"input\" is the network's input",
            "{\"type\": \"Flatten\", \"inputs\": [\"nowhere\"]}",
            DENSE),
        of(
            "layers[1] \"dense\" gives 9 numbers, the data set has 10 classes; set its units to 10",
            FLATTEN,
            "{\"type\": \"Dense\", \"units\": 9}"),
        of(
            "layers[0].inputs[0]: \"b\" comes later, at layers[1]; inputs must be listed before: a"
                + " network has no cycles",
            "{\"type\": \"Flatten\", \"name\": \"a\", \"inputs\": [\"b\"]}",
            "{\"type\": \"ReLU\", \"name\": \"b\", \"inputs\": [\"a\"]}",
            DENSE),
        of(
            "layers[1] \"conv2d\": expected an input of shape [H, W, C], received [784]; put it"
                + " before the layer that gives up height and width",
            FLATTEN,
            "{\"type\": \"Conv2D\", \"filters\": 2, \"kernel_size\": [3, 3]}",
            DENSE),
        of(
            "layers[0] \"conv2d\": window 29x3 is larger than its input 28x28; use a smaller one or"
                + " padding \"same\"",
            "{\"type\": \"Conv2D\", \"filters\": 2, \"kernel_size\": [29, 3]}",
            FLATTEN,
            DENSE),
        Arguments.of(
            "input_shape: shape [65536, 65536, 1] overflows: at most 2147483647 elements fit one"
                + " tensor",
            network("[65536, 65536, 1]", FLATTEN, DENSE)),
        of(
            "line 1, column 93: the key \"units\" is there twice in one object",
            FLATTEN,
            "{\"type\": \"Dense\", \"units\": 10, \"units\": 10}"),
        Arguments.of(
            "line 1, column 65: the text ends in the middle of a JSON object",
            network("[28, 28, 1]", FLATTEN, DENSE).substring(0, 64)),
        Arguments.of(
            "the text is 2000002 characters long, expected at most 1048576",
            "\"" + "x".repeat(2_000_000) + "\""),
        Arguments.of(
            "line 1, column 193: objects and lists are nested more than 32 deep",
            "{\"a\": ".repeat(2000) + "1" + "}".repeat(2000)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void isRefused(String message, String json) {
    Path file = folder.resolve("bad.json");
    Tiny.write(file, json.getBytes(StandardCharsets.UTF_8));
    Path run = folder.resolve("run");
    Outcome outcome = Outcome.of("train", "--network", file, "--out", run);
    assertEquals(new Outcome(1, "", "jacquard: " + file + ": " + message + "\n"), outcome);
    assertFalse(Files.exists(run));
  }
}
