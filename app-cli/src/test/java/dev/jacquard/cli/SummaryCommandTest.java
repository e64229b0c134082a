package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code summary}. */
class SummaryCommandTest {
  @Test
  void theReferenceNetworkHasKerassCounts() {
    String out = Outcome.of("summary").out();
    assertTrue(out.contains("Total parameters: 357,642\n"), out);
    assertTrue(out.contains("Trainable parameters: 356,938\n"), out);
    assertTrue(out.contains("Non-trainable parameters: 704\n"), out);
    assertTrue(out.lines().allMatch(line -> line.length() <= 80), out);
    assertFalse(out.contains("Connected to"), out);
  }

  @Test
  void connectionsAreShownWhereLayersDoNotFollowEachOther() {
    String out = Outcome.of("summary", "--network", "resnet-small").out();
    assertTrue(out.contains("Connected to"), out);
    assertTrue(out.contains("stage1b_bn2, stage1a"), out);
  }

  @Test
  void jsonHasEveryLayer() {
    JsonNode json = Outcome.of("summary", "--json").json();
    assertEquals(357_642, json.get("total_parameters").intValue());
    assertEquals(356_938, json.get("trainable_parameters").intValue());
    assertEquals(704, json.get("non_trainable_parameters").intValue());
    JsonNode first = json.get("layers").get(0);
    assertEquals("conv2d", first.get("name").stringValue());
    assertEquals("[28,28,32]", first.get("output_shape").toString());
    assertEquals(320, first.get("parameters").intValue());
    assertEquals(21, json.get("layers").size());
  }

  @Test
  void whatIsHardlyMeantIsRemarked(@TempDir Path folder) {
    Path file = folder.resolve("odd.json");
    String json =
        """
        {"input_shape": [8], "layers": [{"type": "Dense", "units": 9, "activation": "softmax"},
          {"type": "Dense", "units": 10, "activation": "sigmoid"}]}
        """;
    Tiny.write(file, json.getBytes(StandardCharsets.UTF_8));
    assertEquals(
        "layers[0] \"dense\": a softmax before the last layer lets hardly a gradient through; usual"
            + " is \"relu\"\nlayers[1] \"dense_1\": the loss is softmax cross-entropy, which takes"
            + " what sigmoid gives as logits; usual at the end is \"softmax\" or \"linear\"\n",
        Outcome.of("summary", "--network", file).err());
    assertEquals("", Outcome.of("summary", "--network", file, "--quiet").err());
    String dropped =
        json.replace("\"sigmoid\"}", "\"softmax\"}, {\"type\": \"Dropout\", \"rate\": 0.1}");
    Tiny.write(file, dropped.getBytes(StandardCharsets.UTF_8));
    String err = Outcome.of("summary", "--network", file).err();
    assertTrue(err.contains("\"dense_1\": the loss is softmax cross-entropy, which takes"), err);
    assertEquals("", Outcome.of("summary").err());
  }

  @Test
  void ofARunThereIsAFileToGive(@TempDir Path run) {
    Path file = run.resolve("network.json");
    Tiny.write(file, Tiny.NETWORK.getBytes(StandardCharsets.UTF_8));
    String err = Outcome.of("summary", "--network", run).err();
    assertTrue(err.contains(", received " + run + "; of this run, give " + file + "\n"), err);
    String out = Outcome.of("summary", "--network", file).out();
    assertTrue(out.startsWith("Network tiny, input [28, 28, 1]\n"), out);
  }

  @Test
  void unknownNetworksAreWrongUsage() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: --network: expected fmnist-reference, lenet5, resnet-small or a file ending \
            in .json, received lenet
            Run 'jacquard summary --help' for its usage.
            """),
        Outcome.of("summary", "--network", "lenet"));
  }
}
