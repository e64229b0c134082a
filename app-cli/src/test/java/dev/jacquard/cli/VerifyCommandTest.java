package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.tck.TckSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code verify}: the whole suite once, and parts of it. */
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
    assertEquals("fp32", json.get("precision").stringValue());
    assertTrue(json.get("conforms").booleanValue());
    assertEquals(0, json.get("failed").intValue());
    assertEquals(0, json.get("left_out").intValue());
    assertFalse(json.get("interrupted").booleanValue());
    assertFalse(outcome.out().contains("left out"), outcome.out());
    assertEquals(
        json.get("passed").intValue() + json.get("skipped").intValue(), json.get("results").size());
    JsonNode first = json.get("results").get(0).get("measurements").get(0);
    assertTrue(first.get("error").doubleValue() <= first.get("allowed").doubleValue());
  }

  @Test
  void runsTheCasesThatAreAskedFor() throws IOException {
    Path file = folder.resolve("report.json");
    Outcome outcome =
        Outcome.of(
            "verify",
            "--backend",
            "cpu",
            "--case",
            "DENSE-exact/,probe/",
            "--case",
            "unknown-d",
            "--json",
            file);
    assertEquals(0, outcome.status(), outcome.out());
    JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
    Set<String> ops = new TreeSet<>();
    json.get("results").forEach(result -> ops.add(result.get("op").stringValue()));
    assertEquals(Set.of("dense-exact", "probe"), ops);
    int leftOut = json.get("left_out").intValue();
    assertEquals(TckSuite.cases().size() - json.get("results").size(), leftOut);
    assertTrue(
        outcome.out().endsWith("\n" + leftOut + " cases were left out, as --case asks.\n"),
        outcome.out());
  }

  /** For pipes: nothing but names, and without a device. */
  @Test
  void namesTheCases() {
    Outcome all = Outcome.of("verify", "--list");
    assertEquals(
        TckSuite.cases().stream().map(test -> test.id() + "\n").reduce("", String::concat),
        all.out());
    assertEquals("", all.err());
    Outcome some = Outcome.of("verify", "--list", "--case", "PROBE/,dense-exact/");
    assertEquals(0, some.status());
    assertTrue(some.out().lines().allMatch(id -> id.matches("(probe|dense-exact)/.+")), some.out());
    JsonNode cases = Outcome.of("verify", "--list", "--case", "probe/", "--json", "-").json();
    assertTrue(cases.get("cases").size() > 0);
    cases
        .get("cases")
        .forEach(
            test ->
                assertTrue(
                    some.out()
                        .contains(
                            test.get("op").stringValue() + "/" + test.get("case").stringValue()),
                    test.toString()));
  }

  /** Before any device is opened. */
  @Test
  void aCaseThatDoesNotExistIsRefused() {
    String rest =
        ": expected a part of the name of a case, such as "
            + TckSuite.cases().get(0).id()
            + """
            ; "jacquard verify --list" lists them
            Run 'jacquard verify --help' for its usage.
            """;
    assertEquals(
        new Outcome(2, "", "jacquard: --case no-such" + rest),
        Outcome.of("verify", "--backend", "cpu", "--case", "dense,no-such"));
    assertEquals(
        new Outcome(2, "", "jacquard: --case \"\"" + rest),
        Outcome.of("verify", "--backend", "cpu", "--case", ""));
  }

  /** The suite would certify what nobody asked about. */
  @Test
  void whatTheSuitePassesOverIsRefused() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: --network: the suite has networks of its own; leave it out, or compare a \
            network with the reference by "jacquard bench"
            Run 'jacquard verify --help' for its usage.
            """),
        Outcome.of("verify", "--backend", "cpu", "--network", "lenet5"));
  }

  /** Scripts give them to every command that computes. */
  @Test
  void whatHasNoEffectIsTakenAndSaidSo() {
    Object[] command = {
      "verify", "--backend", "cpu", "--case", "probe/", "--seed", 3, "--data", folder
    };
    Outcome outcome = Outcome.of(command);
    assertEquals(0, outcome.status(), outcome.err());
    assertEquals(
        "--seed has no effect on verify\n--data has no effect on verify\n",
        outcome
            .errWithoutDevice()
            .lines()
            .limit(2)
            .map(line -> line + "\n")
            .reduce("", String::concat));
    assertEquals("", Outcome.with(command, "--quiet").err());
  }

  @Test
  void aPrecisionThatTheDeviceDoesNotHaveIsRefused() {
    Outcome outcome = Outcome.of("verify", "--backend", "cpu", "--precision", "tf32", "--quiet");
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: the cpu backend computes in fp32, received --precision tf32; leave the"
                + " option out\n"),
        outcome);
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
