package dev.jacquard.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.checkpoint.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is told of run folders, whole and damaged, of trainings that go on and that do not. */
class RunJsonTest {
  private static final long NOW = 1_000_000;
  private static final long LONG_AGO = NOW - 60_000;

  @TempDir Path folder;
  private Path run;

  @BeforeEach
  void begin() throws IOException {
    run = Files.createDirectories(folder.resolve("run"));
    write("network.json", "{}");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(run.resolve(name), text);
  }

  private void live(String state, long updated, long pid, long started) throws IOException {
    write(
        "live.json",
        String.format(
            "{'version':1,'state':'%s','updated':%d,'process':{'pid':%d,'started':%d},"
                    .replace('\'', '"')
                + "\"step\":5,\"last_step\":10,\"epoch\":1,\"epochs\":2,\"loss\":0.5}",
            state,
            updated,
            pid,
            started));
  }

  private ObjectNode told() {
    return new RunJson(() -> NOW).whole(run, RunFiles.read(run));
  }

  private String state() {
    ObjectNode told = told();
    return told.get("state").stringValue() + (told.get("running").booleanValue() ? "..." : "");
  }

  @Test
  void aTrainingOfAProcessThatIsThereGoesOnHoweverLongItIsSilent() throws IOException {
    ProcessHandle self = ProcessHandle.current();
    long started = self.info().startInstant().map(Instant::toEpochMilli).orElseThrow();
    live("training", LONG_AGO, self.pid(), started);
    assertEquals("training...", state());
    assertEquals(5, told().get("step").intValue());
    live("validating", LONG_AGO, self.pid(), started);
    assertEquals("validating...", state());
    // The clock has been set since.
    for (int apart : new int[] {-1500, 1500}) {
      live("training", LONG_AGO, self.pid(), started + apart);
      assertEquals("training...", state());
    }
    // Another process with the number of one that has ended.
    live("training", LONG_AGO, self.pid(), started - 3000);
    assertEquals("ended early", state());
  }

  @Test
  void aTrainingOnAnotherMachineGoesOnWhileItIsHeardOf() throws IOException {
    live("training", NOW - 2000, Long.MAX_VALUE, 1);
    assertEquals("training...", state());
    live("training", LONG_AGO, Long.MAX_VALUE, 1);
    assertEquals("ended early", state());
  }

  @Test
  void howATrainingEndedIsSaid() throws IOException {
    assertEquals("not finished", state());
    for (String ending : List.of("interrupted", "failed")) {
      live(ending, NOW, 1, 1);
      assertEquals(ending, state());
    }
    live("completed", NOW, 1, 1);
    assertEquals("not tested", state());
    write("model.safetensors", "");
    assertEquals("finished", state());
    Files.delete(run.resolve("live.json"));
    assertEquals("finished", state());
  }

  /** Of a run that goes on after an end, the test's result is of before. */
  @Test
  void theNewestResultCounts() throws IOException {
    write("history.csv", "epoch,...\n1,0.5,0.75,0.25,0.875,2.0\n");
    assertEquals(0.875, told().get("accuracy").doubleValue());
    assertFalse(told().get("tested").booleanValue());
    write("metrics.json", "{\"test_accuracy\":0.5,\"test_loss\":1.5}");
    assertEquals(0.5, told().get("accuracy").doubleValue());
    assertTrue(told().get("tested").booleanValue());
    live("training", NOW, 1, 1);
    assertEquals(0.875, told().get("accuracy").doubleValue());
    for (int steps : new int[] {4, 5}) {
      write("metrics.json", "{\"test_accuracy\":0.5,\"steps\":" + steps + "}");
      live("interrupted", NOW, 1, 1);
      assertEquals(steps == 4 ? 0.875 : 0.5, told().get("accuracy").doubleValue());
      assertEquals(steps == 5, told().get("tested").booleanValue());
    }
    live("training", NOW, 1, 1);
    write("history.csv", "epoch,...\n1,0.5,0.75,,,2.0\n");
    assertEquals(0.75, told().get("accuracy").doubleValue());
  }

  @Test
  void damagedFilesAreMissing() throws IOException {
    write("run.json", "{\"network\":");
    write("metrics.json", "[1]");
    write("live.json", "\0\0");
    write("history.csv", "epoch,...\n1,0.5,0.75,,,2.0\n2,nonsense\n");
    ObjectNode told = told();
    assertEquals("not finished", told.get("state").stringValue());
    assertEquals("[1]", told.get("history").get("epoch").toString());
    assertEquals("{}", told.get("settings").toString());
    assertFalse(told.has("network"));
  }

  /**
   * Whoever wrote the files, what is told of them has the kinds and sizes that the page expects.
   */
  @Test
  void theOptimizersNumbersAreAmongTheSettings() throws IOException {
    write("run.json", "{\"seed\":3,\"optimizer\":{\"type\":\"SGD\",\"nesterov\":true}}");
    assertEquals(
        "{\"seed\":3,\"optimizer type\":\"SGD\",\"optimizer nesterov\":true}",
        told().get("settings").toString());
  }

  @Test
  void whatIsOfAnotherKindIsLeftOut() throws IOException {
    write(
        "run.json",
        "{\"network\":{\"a\":1},\"device\":[],\"seed\":1,\"schedule\":\""
            + "x".repeat(999)
            + "\"}");
    write(
        "live.json",
        "{\"version\":1,\"loss\":\"<b>\",\"series\":{\"steps\":[1,2],\"loss\":[1],\"accuracy\":[1,2]},"
            + "\"recent\":{\"steps\":[1],\"loss\":[\"a\"],\"accuracy\":[1]}}");
    ObjectNode told = told();
    assertFalse(told.has("network"));
    assertFalse(told.has("device"));
    assertEquals(300, told.get("settings").get("schedule").stringValue().length());
    assertEquals("[]", told.get("live").get("series").get("loss").toString());
    assertEquals("[]", told.get("live").get("recent").get("steps").toString());
    assertFalse(told.get("live").has("loss"));
    write("live.json", "{\"version\":2,\"state\":\"training\",\"updated\":" + NOW + "}");
    assertFalse(told().get("running").booleanValue());
  }

  @Test
  void aLongHistoryIsThinnedToItsLastEpoch() throws IOException {
    StringBuilder text = new StringBuilder("epoch,...\n");
    for (int epoch = 1; epoch <= 1234; epoch++) {
      text.append(epoch).append(",0.5,0.75,,,2.0\n");
    }
    write("history.csv", text.toString());
    JsonNode epochs = told().get("history").get("epoch");
    assertEquals(500, epochs.size());
    assertEquals(1, epochs.get(0).intValue());
    assertEquals(1234, epochs.get(499).intValue());
  }

  /** Within a tick of the file system's clock, by a text of the same length. */
  @Test
  void whatIsReplacedIsReadAnew() throws IOException {
    RunFiles.Cache cache = new RunFiles.Cache();
    Path file = run.resolve("metrics.json");
    for (String accuracy : List.of("0.5", "0.7")) {
      byte[] text = ("{\"test_accuracy\":" + accuracy + "}").getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(file, out -> out.write(text));
      Files.setLastModifiedTime(file, FileTime.fromMillis(LONG_AGO));
      assertEquals(accuracy, cache.read(run).metrics().get("test_accuracy").toString());
    }
  }

  @Test
  void largeFilesAreNotRead() throws IOException {
    write("run.json", "{\"network\":\"" + "x".repeat(5 << 20) + "\"}");
    assertFalse(told().has("network"));
  }
}
