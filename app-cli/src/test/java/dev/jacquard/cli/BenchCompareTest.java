package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bench --compare}. */
class BenchCompareTest {
  private static final String BENCH =
      """
      {"format": "jacquard-bench", "format_version": 1,
       "measured_at": "2026-01-02T03:04:05Z", "network": "tiny", "network_sha256": "ab",
       "backend": "cpu", "device": "cpu", "device_name": "Loom", "driver": "1",
       "backend_options": {"threads": "2"}, "precision": "fp32", "fuse": true, "commit": "abc",
       "first_step": {"first": {"total": 4}, "again": {"total": 2}},
       "host_memory": {"heap_bytes": 1048576},
       "training": [
         {"batch_size": 1, "step_seconds": {"median": 0.010, "min": 0.009, "max": 0.012},
          "device_memory": {"total_bytes": 2048},
          "stages": [
            {"name": "dense", "seconds": 0.006, "seconds_min": 0.005, "seconds_max": 0.007},
            {"name": "update", "seconds": 0.002, "seconds_min": 0.002, "seconds_max": 0.002}]},
         {"batch_size": 64, "step_seconds": {"median": 0.1, "min": 0.09, "max": 0.12},
          "stages": []}],
       "inference": [
         {"batch_size": 64, "batch_seconds": {"median": 0.03, "min": 0.03, "max": 0.03},
          "stages": [
            {"name": "dense", "seconds": 0.03, "seconds_min": 0.03, "seconds_max": 0.03}]}]}
      """;

  @TempDir Path folder;

  private Path file(String name, String text) {
    return Tiny.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private Outcome compare(String before, String after) {
    return Outcome.of("bench", "--compare", file("a.json", before), file("b.json", after));
  }

  /** The line of a table that begins so, its cells divided by one space. */
  private static String row(Outcome outcome, String start) {
    return outcome
        .out()
        .lines()
        .filter(line -> line.startsWith(start + "  "))
        .map(line -> line.replaceAll(" +", " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + start + " in " + outcome.out()));
  }

  @Test
  void onlyWhatIsOutsideOfBothSpreadsHasMoved() {
    String after =
        BENCH
            .replace(
                "\"median\": 0.010, \"min\": 0.009, \"max\"",
                "\"median\": 0.8, \"min\": 0.7, \"max\"")
            .replace("\"max\": 0.012", "\"max\": 0.9")
            .replace("\"median\": 0.1, \"min\": 0.09", "\"median\": 0.2, \"min\": 0.119")
            .replace(
                "\"median\": 0.03, \"min\": 0.03, \"max\": 0.03",
                "\"median\": 0.02, \"min\": 0.02, \"max\": 0.029")
            .replace(
                "0.006, \"seconds_min\": 0.005, \"seconds_max\": 0.007",
                "0.004, \"seconds_min\": 0.004, \"seconds_max\": 0.004");
    Outcome outcome = compare(BENCH, after.replace("{\"total\": 4}", "{\"total\": 3}"));
    assertEquals(0, outcome.status(), outcome.err());
    assertEquals(
        "training, batch 1 10.0 ms 9.00 ms .. 12.0 ms 800 ms 700 ms .. 900 ms +7900.0 % yes: slower",
        row(outcome, "training, batch 1"));
    assertTrue(row(outcome, "training, batch 64").endsWith(" +100.0 % no"), outcome.out());
    assertTrue(row(outcome, "inference, batch 64").endsWith("-33.3 % yes: faster"), outcome.out());
    assertTrue(outcome.out().contains("\nStages: 1 of 3 that both have moved "), outcome.out());
    assertTrue(row(outcome, "training, batch 1: dense").endsWith("-33.3 % yes: faster"));
    assertFalse(outcome.out().contains(": update"), outcome.out());
    assertEquals("first step 4.00 s 3.00 s -25.0 %", row(outcome, "first step"));
    assertEquals("heap 1.00 MiB 1.00 MiB +0.0 %", row(outcome, "heap"));
    assertFalse(outcome.out().contains("did not measure the same"), outcome.out());
    assertFalse(outcome.out().contains("Other differences"), outcome.out());
  }

  @Test
  void aFileDoesNotCommandTheTerminal() {
    Outcome outcome = compare(BENCH, BENCH.replace("Loom", "Lo\\u001b[2Jom\\nA is faster"));
    assertTrue(outcome.out().contains("Lo\\u001b[2Jom"), outcome.out());
    assertFalse(outcome.out().contains("\u001b"), outcome.out());
    assertFalse(outcome.out().contains("\nA is faster"), outcome.out());
  }

  @Test
  void otherNetworksAndDevicesAreComparedAndSaidToBe() {
    String after =
        BENCH
            .replace("\"network\": \"tiny\"", "\"failure\": \"it broke\", \"network\": \"large\"")
            .replace("Loom", "Jenny")
            .replace("\"abc\"", "\"def\"")
            .replace("\"name\": \"update\"", "\"name\": \"adam\"");
    Outcome outcome = compare(BENCH, after);
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(
        outcome
            .out()
            .contains(
                """
                They did not measure the same; what moved may be due to that:
                  network: tiny in A, large in B
                  device_name: Loom in A, Jenny in B
                Other differences:
                  commit: abc in A, def in B
                """),
        outcome.out());
    assertTrue(outcome.out().contains("; a measurement failed: it broke\n"), outcome.out());
    assertTrue(outcome.out().contains("1 only in A, 1 only in B\n"), outcome.out());
  }

  /** As it was when the file was made; once, whatever the number of such measurements. */
  @Test
  void roundsThatWereTooShortAreWarnedOfAgain() {
    String some = "\"extrapolated\": true, \"batches_a_round\": ";
    String brief =
        BENCH
            .replace("{\"batch_size\": 1,", "{" + some + "1023, \"batch_size\": 1,")
            .replace("{\"batch_size\": 64,", "{" + some + "15, \"batch_size\": 64,");
    String warning = ": There are rounds so short that the JVM may still have been compiling in";
    assertEquals(List.of("B"), warned(compare(BENCH, brief), warning));
    assertEquals(List.of("A", "B"), warned(compare(brief, brief), warning));
    String enough = brief.replace(": 1023,", ": 1024,").replace(": 15,", ": 16,");
    assertEquals(
        List.of(), warned(compare(enough, brief.replace("true, \"b", "false, \"b")), warning));
  }

  /** It would be the compiler's time that is compared. */
  @Test
  void roundsThatWereTooShortHaveNoVerdict() {
    String slow =
        BENCH.replace(
            "{\"batch_size\": 1, \"step_seconds\": {\"median\": 0.010, \"min\": 0.009, \"max\": 0.012}",
            "{\"extrapolated\": true, \"batches_a_round\": 10, \"batch_size\": 1,"
                + " \"step_seconds\": {\"median\": 0.8, \"min\": 0.7, \"max\": 0.9}");
    String after =
        slow.replace(
                "\"median\": 0.03, \"min\": 0.03, \"max\": 0.03",
                "\"median\": 0.02, \"min\": 0.02, \"max\": 0.029")
            .replace("0.006, \"seconds_min\": 0.005", "0.06, \"seconds_min\": 0.05")
            .replace("\"seconds_max\": 0.007", "\"seconds_max\": 0.07");
    for (Outcome outcome : List.of(compare(BENCH, after), compare(after, BENCH))) {
      assertEquals(0, outcome.status(), outcome.err());
      assertTrue(row(outcome, "training, batch 1").endsWith(" % too short to tell"), outcome.out());
      assertTrue(row(outcome, "inference, batch 64").contains(" % yes: "), outcome.out());
      assertTrue(
          outcome
              .out()
              .contains(
                  "\nStages: 0 of 3 that both have moved by more than both spreads; 2 measured"
                      + " for too short a time to tell; "),
          outcome.out());
    }
  }

  private static List<String> warned(Outcome outcome, String warning) {
    assertEquals(0, outcome.status(), outcome.err());
    return outcome
        .out()
        .lines()
        .filter(line -> line.contains(warning))
        .map(line -> line.substring(0, line.indexOf(warning)))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense|b.json: line 1, column 1: expected a result of bench in JSON, received what is no"
            + " JSON; give a file that \"bench --json FILE\" wrote",
        "{\"format\": \"jacqu|b.json: line 1, column 18: expected a result of bench in JSON, but the"
            + " text ends in the middle of a value; give a file",
        "{\"a\": [1, 2, 3 4]}|b.json: line 1, column 16: expected a result of bench in JSON",
        "' '|b.json: expected a result of bench in JSON, received an empty file; give a file",
        "{} {}|b.json: line 1, column 4: expected a result of bench in JSON, received what is no",
        "\u00e9\u0000|b.json: line 1, column 1: expected a result of bench",
        "[{\"a\": 1}]|expected a result of bench (\"format\": \"jacquard-bench\"), received another",
        "{\"a\": 1}|expected a result of bench (\"format\": \"jacquard-bench\"), received another",
        "{\"format\": \"jacquard-bench\"}|expected \"format_version\": 1, received nothing; ",
        "{\"format\": \"jacquard-bench\", \"format_version\": 2}|\"format_version\": 1, received 2; ",
        "{\"format\": \"jacquard-bench\", \"format_version\": 1}"
            + "|: training: expected an array, received nothing; give a file that ",
        "{\"format\": \"jacquard-bench\", \"format_version\": 1, \"training\": {\"a\": 1}}"
            + "|: training: expected an array, received an object; give a file that ",
        "{\"format\": \"jacquard-bench\", \"format_version\": 1, \"training\": [{}]}"
            + "|: training[0].batch_size: expected a number, received nothing",
        "{\"format\": \"jacquard-bench\", \"format_version\": 1, \"training\": [{\"batch_size\": 2,"
            + " \"step_seconds\": {\"median\": \"fast\"}}], \"inference\": []}"
            + "|: training[0].step_seconds.median: expected a number, received \"fast\"",
        "{\"format\": \"jacquard-bench\", \"format_version\": 1, \"training\": [],"
            + " \"inference\": []}|b.json have no measurement in common: the first has training,"
            + " batch 1; training, batch 64; inference, batch 64, the second none; measure",
      })
  void whatIsNoResultIsRefusedInOneLine(String text, String complaint) {
    Outcome outcome = compare(BENCH, text);
    assertEquals(1, outcome.status());
    assertEquals("", outcome.out());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertTrue(outcome.err().contains("b.json"), outcome.err());
    assertTrue(outcome.err().contains(complaint), outcome.err());
  }

  @Test
  void aFileThatIsNotThereIsSaidToBe() {
    Outcome outcome =
        Outcome.of("bench", "--compare", file("a.json", BENCH), folder.resolve("missing.json"));
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("missing.json is not there; give a file that"));
  }

  /** As Windows editors put it there. */
  @Test
  void aMarkOfTheEncodingIsPassedOver() {
    Outcome outcome =
        Outcome.of("bench", "--compare", file("a.json", BENCH), file("b.json", "\uFEFF" + BENCH));
    assertEquals(0, outcome.status(), outcome.err());
  }

  @Test
  void bytesThatAreNoTextAreSaidToBe() {
    byte[] bytes = {(byte) 0xff, (byte) 0xfe, 0};
    Path binary = Tiny.write(folder.resolve("b.json"), bytes);
    assertEquals(
        "jacquard: "
            + binary
            + ": expected a result of bench in JSON, received bytes that are no text; give a file"
            + " that \"bench --json FILE\" wrote\n",
        Outcome.of("bench", "--compare", file("a.json", BENCH), binary).err());
  }

  @Test
  void itTakesTwoFilesAndNoJson() {
    Path one = file("a.json", BENCH);
    assertEquals(2, Outcome.of("bench", "--compare", one).status());
    Outcome outcome = Outcome.of("bench", "--compare", one, one, "--json", folder.resolve("c"));
    assertEquals(2, outcome.status());
    assertTrue(outcome.err().contains("--compare measures nothing"), outcome.err());
  }
}
