package dev.jacquard.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.jacquard.error.JacquardException;
import dev.jacquard.layer.LayerTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that are not JSON, or more of it than anybody needs. */
final class HostileJsonTest {

  private static String fault(String json) {
    return assertThrows(JacquardException.class, () -> Network.parse(json, LayerTypes.builtIn()))
        .getMessage();
  }

  static Stream<Arguments> texts() {
    String long41 = "1".repeat(41);
    return Stream.of(
        arguments("", "line 1, column 1: expected a JSON object, received nothing"),
        arguments("[]", "line 1, column 1: expected a JSON object"),
        arguments(
            "{\"a\": [1, 2", "line 1, column 12: the text ends in the middle of a JSON object"),
        arguments("{\"a\": \"b", "line 1, column 9: the text ends in the middle of a JSON object"),
        arguments("{\"a\": NaN}", "line 1, column 10: not valid JSON: Non-standard token 'NaN'"),
        arguments(
            "{\n  \"a\": 1,\n}",
            "line 3, column 1: not valid JSON: a bracket closes behind a comma; remove the comma"),
        arguments(
            "{\"a\": [1, ]}",
            "line 1, column 11: not valid JSON: a bracket closes behind a comma; remove the comma"),
        arguments(
            "{\"a\": 0x10}",
            "line 1, column 8: not valid JSON: Unexpected character ('x' (code 120))"),
        arguments(
            "{\"a\": 01}",
            "line 1, column 8: not valid JSON: Invalid numeric value: Leading zeroes not allowed"),
        arguments("{} {}", "line 1, column 4: expected nothing after the JSON object"),
        arguments(
            "{}}",
            "line 1, column 3: not valid JSON: Unexpected close marker '}': no open Object to"
                + " close"),
        arguments(
            "// x\n{}", "line 1, column 1: not valid JSON: Unexpected character ('/' (code 47))"),
        arguments(
            "{\"a\": 1,\n \"a\": 2}",
            "line 2, column 2: the key \"a\" is there twice in one object"),
        arguments(
            "{\"a\": {\"\\u001b\": 1, \"\\u001b\": 2}}",
            "line 1, column 21: the key \"\\u001b\" is there twice in one object"),
        arguments(
            "{\"a\": " + "[".repeat(100_000),
            "line 1, column 38: objects and lists are nested more than 32 deep"),
        arguments(
            "{\"a\": " + long41 + "}",
            "line 1, column 7: a number has 41 characters, expected at most 40"),
        arguments(
            "{\"a\": " + "1".repeat(100_000) + "}",
            "line 1, column 7: a number has 100000 characters, expected at most 40"),
        arguments(
            "{\"a\": 1e99999999999}",
            "line 1, column 7: the number 1e99999999999 is beyond all bounds"),
        arguments(
            "{\"a\": \"" + "x".repeat(1001) + "\"}",
            "line 1, column 7: a text has 1001 characters, expected at most 1000"),
        arguments(
            "{\"" + "x".repeat(5000) + "\": 1}",
            "line 1, column 5004: a key, a text or a number is longer than any that is allowed"),
        arguments(
            " ".repeat(1 << 20) + "{}",
            "the text is 1048578 characters long, expected at most 1048576"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("texts")
  void isRefusedInOneLineWithItsPlace(String json, String message) {
    assertEquals(message, fault(json));
  }

  @Test
  void everyTruncationIsRefused() {
    String whole =
        "{\"name\": \"a\", \"input_shape\": [8], \"layers\": [{\"type\": \"Dense\", \"units\": 3}],"
            + " \"training\": {\"epochs\": 2, \"optimizer\": {\"type\": \"SGD\", \"nesterov\":"
            + " true}}}";
    Network.parse(whole, LayerTypes.builtIn());
    for (int length = 1; length < whole.length(); length++) {
      String message = fault(whole.substring(0, length));
      assertEquals(0, message.indexOf("line 1, column "), message);
      assertEquals(1, message.lines().count(), message);
    }
  }

  @Test
  void mangledTextsGiveANetworkOrOneLine() {
    String whole =
        "{\"name\": \"a\", \"input_shape\": [8, 8, 1], \"layers\": ["
            + "{\"type\": \"Conv2D\", \"filters\": 3, \"kernel_size\": [3, 3], \"strides\": 2},"
            + "{\"type\": \"LeakyReLU\", \"name\": \"b\", \"negative_slope\": 0.1},"
            + "{\"type\": \"Add\", \"inputs\": [\"b\", \"conv2d\"]}, {\"type\": \"Flatten\"},"
            + "{\"type\": \"Dense\", \"units\": 3}], \"training\": {\"epochs\": 2,"
            + " \"optimizer\": {\"type\": \"SGD\", \"learning_rate\": 1e-3}}}";
    requireNetworkOrOneLine(whole, 20_000);
  }

  @Test
  void mangledModelsOfKerasToo() throws IOException {
    requireNetworkOrOneLine(KerasModelTest.kept("keras-functional.json"), 4_000);
  }

  private static void requireNetworkOrOneLine(String whole, int rounds) {
    String[] pieces = {
      "{", "}", "[", "]", ",", ":", "\"", "\\", "-", "0", "9", "e", ".", "null", "true", "\n",
      "\u0000"
    };
    Random random = new Random(7);
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      StringBuilder mangled = new StringBuilder(whole);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int from = random.nextInt(mangled.length());
        int to = Math.min(mangled.length(), from + random.nextInt(4));
        mangled.replace(from, to, pieces[random.nextInt(pieces.length)]);
      }
      try {
        Network network = Network.parse(mangled.toString(), LayerTypes.builtIn());
        assertEquals(network, Network.parse(network.toJson(), LayerTypes.builtIn()));
      } catch (JacquardException e) {
        refused++;
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
    assertTrue(refused > rounds / 2 && refused < rounds, refused + " were refused");
  }

  @Test
  void tooManyLayersAreRefused() {
    String layers = "{\"type\": \"ReLU\"}, ".repeat(10_000);
    String json = "{\"input_shape\": [8], \"layers\": [" + layers + "{\"type\": \"Tanh\"}]}";
    assertEquals("layers: expected at most 10000 objects, received 10001", fault(json));
    String most = json.replaceFirst("\\{\"type\": \"ReLU\"}, ", "");
    assertEquals(10_000, Network.parse(most, LayerTypes.builtIn()).layers().size());
  }

  @Test
  void readingAFileNamesItInEveryFault(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("network.json");
    assertEquals(file + ": cannot be read: no such file; check the path", readFault(file));
    Path below = Files.writeString(file, "{}").resolve("network.json");
    String fault = readFault(below);
    assertTrue(fault.startsWith(below + ": cannot be read: "), fault);
    assertEquals(0, fault.lastIndexOf(below.toString()), fault);
    Files.writeString(file, "{\"input_shape\": 3}");
    assertEquals(
        file
            + ": input_shape: expected a list of whole numbers of at least 1, as in [28, 28, 1],"
            + " received 3",
        readFault(file));
    Files.write(file, new byte[] {'{', (byte) 0xC3, '}'});
    assertEquals(file + ": cannot be read: it is no text in UTF-8", readFault(file));
    Files.write(file, new byte[3 * (1 << 20) + 1]);
    assertEquals(file + ": the file is larger than 3145728 bytes", readFault(file));
    assertEquals(folder + ": cannot be read: Is a directory", readFault(folder));
  }

  private static String readFault(Path file) {
    return assertThrows(JacquardException.class, () -> Network.read(file, LayerTypes.builtIn()))
        .getMessage();
  }

  /** As Windows editors put it there. */
  @Test
  void aMarkOfTheEncodingIsPassedOver() {
    String json = "{\"input_shape\": [8], \"layers\": [{\"type\": \"Dense\", \"units\": 3}]}";
    LayerTypes types = LayerTypes.builtIn();
    assertEquals(Network.parse(json, types), Network.parse("\uFEFF" + json, types));
  }

  @Test
  void readsWhatItWrote(@TempDir Path folder) throws IOException {
    String json = "{\"input_shape\": [8], \"layers\": [{\"type\": \"Dense\", \"units\": 3}]}";
    Network network = Network.parse(json, LayerTypes.builtIn());
    Path file = folder.resolve("network.json");
    Files.write(file, network.toJson().getBytes(StandardCharsets.UTF_8));
    assertEquals(network, Network.read(file, LayerTypes.builtIn()));
  }
}
