package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code tune}. */
class TuneCommandTest {
  /** Shapes that no other test has: what is found here changes none of their bits. */
  private static final String NETWORK =
      """
      {"name": "odd", "input_shape": [28, 28, 1],
       "layers": [
         {"type": "AveragePooling2D", "pool_size": [3, 3]},
         {"type": "Conv2D", "filters": 13, "kernel_size": [2, 3]},
         {"type": "Flatten"},
         {"type": "Dense", "units": 10, "activation": "softmax"}]}
      """;

  @TempDir Path folder;

  private Outcome tune(String backend, Object... more) throws IOException {
    Path network = folder.resolve("odd.json");
    Files.write(network, NETWORK.getBytes(StandardCharsets.UTF_8));
    Object[] always = {"tune", "--backend", backend, "--network", network};
    return Outcome.with(always, more);
  }

  private static void findOpenCl() {
    boolean found = Outcome.of("devices").out().contains("opencl:0:0");
    assumeTrue(found || "all".equals(System.getProperty("jacquard.require")), "no OpenCL device");
  }

  @Test
  void aBackendWithoutChoicesSaysSo() throws IOException {
    Outcome outcome = tune("cpu");
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("cpu has nothing to tune; choose another"), outcome.err());
  }

  /** Of the processor there is nothing to be found, even where it is the fastest device. */
  @Test
  void withoutAChoiceTheBestDeviceThatHasSomethingIsTuned() {
    findOpenCl();
    Outcome outcome = Outcome.of("tune", "--list");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.err().startsWith("Device: opencl:"), outcome.err());
    boolean passedOver = !Outcome.of("explain").err().startsWith("Device: opencl:");
    assertEquals(
        passedOver,
        outcome
            .err()
            .contains("\ncpu has nothing to tune. What is found is used with --backend opencl:"),
        outcome.err());
  }

  @Test
  void theHelpSaysWhatIsTunedWithoutAChoice() {
    String help = Outcome.of("tune", "--help").out().replaceAll("\\s+", " ");
    assertTrue(help.contains("auto takes the best that has something to tune"), help);
    assertFalse(help.contains("auto takes the fastest"), help);
    assertTrue(help.indexOf("--backend") < help.indexOf("--precision"), help);
  }

  /** By an option that only the processor's backend has. */
  @Test
  void whereNoDeviceHasAnythingThatIsSaid() {
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: cpu has nothing to tune, and no other device can be used with these options;"
                + " \"jacquard devices\" lists them with what they lack\n"),
        Outcome.of("tune", "--threads", 1));
  }

  /** It would be for launches that nobody asked about. */
  @Test
  void whatTheSearchPassesOverIsRefused() throws IOException {
    assertWrongUsage(
        "--no-fuse: the search times the stages of a fused step; leave it out",
        tune("cpu", "--no-fuse"));
  }

  /** Whoever waits for the file would wait for ever. */
  @Test
  void aDocumentOfNoSearchIsRefused() throws IOException {
    Path json = folder.resolve("tune.json");
    String line =
        "--list, --export and --import search nothing that --json could write; leave one out";
    assertWrongUsage(line, tune("cpu", "--json", json, "--list"));
    assertWrongUsage(line, tune("cpu", "--json", json, "--export", "-"));
    assertWrongUsage(line, tune("cpu", "--json", json, "--import", json));
  }

  @Test
  void oneOfThreeIsDoneInsteadOfASearch() throws IOException {
    assertWrongUsage(
        "--list, --export=FILE are mutually exclusive (specify only one)",
        tune("cpu", "--list", "--export", folder.resolve("x")));
  }

  private static void assertWrongUsage(String line, Outcome outcome) {
    assertEquals(
        new Outcome(2, "", "jacquard: " + line + "\nRun 'jacquard tune --help' for its usage.\n"),
        outcome);
  }

  @Test
  void whatIsFoundIsShownAndTravels() throws IOException {
    findOpenCl();
    JsonNode outcome = searchUntilOneIsTried();
    assertEquals(3, outcome.get("batch_size").intValue());
    assertTrue(outcome.get("tried").intValue() > 0, outcome.toString());
    assertTrue(outcome.get("step_seconds_before").doubleValue() > 0, outcome.toString());
    assertTrue(outcome.get("step_seconds_after").doubleValue() > 0, outcome.toString());
    assertTrue(outcome.get("kept").isBoolean(), outcome.toString());
    // What is wrong and what does not compile was never proposed.
    assertEquals(0, outcome.get("refused").intValue(), outcome.toString());

    Path file = folder.resolve("found.tuning");
    assertEquals(0, tune("opencl", "--export", file).status());
    String text = Files.readString(file);
    assertTrue(text.startsWith("jacquard tuning 1\ndevice "), text);
    assertEquals(text, tune("opencl", "--export", "-").out());
    Outcome imported = tune("opencl", "--import", file);
    assertEquals(0, imported.status(), imported.err());
    InputStream own = System.in;
    System.setIn(new ByteArrayInputStream(Files.readAllBytes(file)));
    try {
      assertEquals(imported, tune("opencl", "--import", "-"));
    } finally {
      System.setIn(own);
    }
    Outcome listed = tune("opencl", "--list");
    assertEquals(0, listed.status(), listed.err());
    text.lines()
        .filter(line -> line.startsWith("launch "))
        .forEach(line -> assertTrue(listed.out().contains(line.substring(7)), listed.out()));
  }

  /** With a longer budget each time: on a busy machine the start may take all of it. */
  private JsonNode searchUntilOneIsTried() throws IOException {
    Path json = folder.resolve("tune.json");
    JsonNode outcome;
    int seconds = 8;
    do {
      Outcome searched =
          tune("opencl", "--batch-size", 3, "--budget", seconds + "s", "--json", json);
      assertEquals(0, searched.status(), searched.err());
      assertTrue(searched.out().contains("A step of 3 samples: "), searched.out());
      outcome = JsonMapper.shared().readTree(Files.readString(json));
      seconds *= 2;
    } while (outcome.get("tried").intValue() == 0 && seconds <= 256);
    return outcome;
  }

  /** Whoever gives a minute waits for a minute, whatever the start takes of it. */
  @Test
  void theBudgetCountsFromTheStart() throws IOException {
    findOpenCl();
    Path json = folder.resolve("tune.json");
    Outcome searched =
        tune("opencl", "--batch-size", 5, "--budget", "0.001s", "--json", json, "--quiet");
    assertEquals(0, searched.status(), searched.err());
    assertTrue(
        searched
            .out()
            .endsWith(
                "\nThe time was over before a candidate was tried, because it counts from the"
                    + " command's start; --budget gives more.\n"),
        searched.out());
    JsonNode outcome = JsonMapper.shared().readTree(Files.readString(json));
    assertEquals(0, outcome.get("tried").intValue(), outcome.toString());
    assertFalse(outcome.get("complete").booleanValue(), outcome.toString());
  }

  /** A run says how its launches were cut, so that a resume finds it again. */
  @Test
  void aRunPinsItsTuning() throws IOException {
    findOpenCl();
    Path run = folder.resolve("run");
    Object[] train = Tiny.train(folder);
    train[2] = "opencl";
    assertEquals(0, Outcome.with(train, "--epochs", 1, "--out", run).status());
    JsonNode json = JsonMapper.shared().readTree(Files.readString(run.resolve("run.json")));
    String tuning = json.get("backend_options").get("opencl-tuning").stringValue();
    assertTrue(tuning.matches("none|[0-9a-f]{16}"), tuning);
    Outcome absent = Outcome.with(train, "--opencl-tuning", "0123456789abcdef");
    assertEquals(1, absent.status());
    assertTrue(
        absent.err().contains("the tuning 0123456789abcdef is not on this machine (there is no"),
        absent.err());
    assertEquals(2, Outcome.with(train, "--opencl-tuning", "some").status());
  }

  @Test
  void badFilesAreRefusedWithTheirLine() throws IOException {
    findOpenCl();
    Path file = folder.resolve("bad.tuning");
    Files.writeString(file, "hello\n");
    assertRefused(file, "line 1: expected \"jacquard tuning 1\", received \"hello\"");
    Files.writeString(file, "jacquard tuning 1\ndevice none such\nlaunch x: y\n");
    assertRefused(file, "line 3: expected \"launch FAMILY SHAPE: NUMBERS\"");
    Files.writeString(file, "jacquard tuning 1\ndevice none such\nlaunch x 1: y\n");
    assertRefused(file, "line 3: expected numbers like tile_m=64 behind the :");
    Files.writeString(file, "jacquard tuning 1\ndevice none such\n");
    assertRefused(file, "the tuning is for \"none such\", and this device is \"");
    String expected = "; expected what \"tune --export FILE\" wrote\n";
    assertRefused(
        folder.resolve("absent"), "absent cannot be read: no such file; check the path" + expected);
    Files.write(file, new byte[] {(byte) 0xff});
    assertRefused(file, "bad.tuning cannot be read: it is no text in UTF-8" + expected);
    assertRefused(folder, " cannot be read: Is a directory" + expected);
  }

  private void assertRefused(Path file, String reason) throws IOException {
    Outcome outcome = tune("opencl", "--import", file);
    assertEquals(1, outcome.status(), outcome.err());
    assertTrue(outcome.err().contains(reason), outcome.err());
  }

  @Test
  void aBudgetIsATime() throws IOException {
    Outcome outcome = tune("cpu", "--budget", "soon");
    assertEquals(2, outcome.status());
    assertTrue(
        outcome.err().contains("expected a time like 60s, 5m or 1h, received soon"), outcome.err());
  }
}
