package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code verify}: the whole suite, because what it runs cannot be chosen. */
class VerifyCommandTest {
  @TempDir Path folder;

  @Test
  void theProcessorConforms() throws IOException {
    Path file = folder.resolve("report.json");
    Outcome outcome = Outcome.of("verify", "--backend", "cpu", "--json", file);
    assertEquals(0, outcome.status(), outcome.out());
    assertTrue(outcome.err().startsWith("Device: cpu ("), outcome.err());
    assertTrue(outcome.out().contains("\ncpu: "), outcome.out());
    JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
    assertEquals("cpu", json.get("device").stringValue());
    assertTrue(json.get("conforms").booleanValue());
    assertEquals(0, json.get("failed").intValue());
    assertEquals(
        json.get("passed").intValue() + json.get("skipped").intValue(), json.get("results").size());
    JsonNode first = json.get("results").get(0).get("measurements").get(0);
    assertTrue(first.get("error").doubleValue() <= first.get("allowed").doubleValue());
  }

  /** The suite would certify what nobody asked about. */
  @Test
  void whatTheSuitePassesOverIsRefused() {
    String rest =
        """
        ; leave it out, or compare a network with the reference by "jacquard bench"
        Run 'jacquard verify --help' for its usage.
        """;
    assertEquals(
        new Outcome(2, "", "jacquard: --precision tf32: the suite computes in fp32 alone" + rest),
        Outcome.of("verify", "--backend", "cpu", "--precision", "tf32"));
    assertEquals(
        new Outcome(2, "", "jacquard: --network: the suite has networks of its own" + rest),
        Outcome.of("verify", "--backend", "cpu", "--network", "lenet5"));
  }

  /** Before half a minute's work, not after it. */
  @Test
  void aReportThatCannotBeWrittenIsRefusedAtOnce() {
    Path folder = this.folder.resolve("missing");
    Path file = folder.resolve("report.json");
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: cannot write "
                + file
                + ": the folder "
                + folder
                + " does not exist; create it or choose another folder\n"),
        Outcome.of("verify", "--backend", "cpu", "--json", file));
  }
}
