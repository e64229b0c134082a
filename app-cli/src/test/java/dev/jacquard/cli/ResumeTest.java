package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code train --resume}: the same bits as a training that was never cut. */
class ResumeTest {
  @TempDir Path folder;
  private Path whole;
  private Path cut;

  @BeforeEach
  void trainUnbroken() {
    whole = folder.resolve("whole");
    cut = folder.resolve("cut");
    train(whole);
  }

  private void train(Path run, Object... more) {
    Object[] named = {"--out", run, "--log-steps"};
    Outcome outcome =
        Outcome.with(Stream.of(Tiny.train(folder), named).flatMap(Arrays::stream).toArray(), more);
    assertEquals(0, outcome.status(), outcome.err());
  }

  private void assertSameBits() throws IOException {
    for (String name : List.of("model.safetensors", "steps.csv", "network.json")) {
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(cut.resolve(name)), name);
    }
    assertEquals(history(whole), history(cut));
  }

  private JsonNode live() throws IOException {
    return JsonMapper.shared().readTree(Files.readString(cut.resolve("live.json")));
  }

  /** Without the last column, the seconds. */
  private static List<String> history(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> line.substring(0, line.lastIndexOf(',')))
        .toList();
  }

  /** An epoch has four steps: within the first, at its end, within the second, before the last. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 11})
  void aCutTrainingEndsInTheSameBits(int step) throws IOException {
    train(cut, "--max-steps", step);
    Outcome outcome = Outcome.of("train", "--resume", cut);
    assertEquals(0, outcome.status(), outcome.err());
    String goingOn = "Going on after step " + step + " of 12.\n";
    assertTrue(outcome.err().contains(goingOn), outcome.err());
    assertSameBits();
  }

  @Test
  void aTrainingCanBeCutTwice() throws IOException {
    train(cut, "--max-steps", 3);
    Outcome second = Outcome.of("train", "--resume", cut, "--max-steps", 7, "--threads", 1);
    assertEquals(0, second.status(), second.err());
    assertTrue(
        second
            .err()
            .contains("\nStopped after step 7. Go on with: jacquard train --resume " + cut + "\n"),
        second.err());
    assertEquals(0, Outcome.of("train", "--resume", cut).status());
    assertSameBits();
  }

  @Test
  void fewerEpochsEndTheScheduleEarly() throws IOException {
    train(cut, "--max-steps", 2);
    String err = Outcome.of("train", "--resume", cut, "--epochs", 2).err();
    assertTrue(err.contains(", with which epoch 2 ends. Go on with: "), err);
    assertEquals(history(whole).subList(0, 3), history(cut));
    assertEquals(0, Outcome.of("train", "--resume", cut, "--epochs", 3).status());
    assertSameBits();
  }

  @Test
  void aFinishedTrainingStaysWhatItIs() throws IOException {
    train(cut);
    byte[] settings = Files.readAllBytes(cut.resolve("run.json"));
    JsonNode course = live().get("series");
    Outcome outcome = Outcome.of("train", "--resume", cut, "--max-steps", 5);
    assertEquals(0, outcome.status(), outcome.err());
    assertEquals("Nothing is left to train: all 12 steps are done.\n", outcome.errWithoutDevice());
    assertSameBits();
    assertArrayEquals(settings, Files.readAllBytes(cut.resolve("run.json")));
    assertEquals(course, live().get("series"));
    assertEquals(12, course.get("steps").size());
    assertEquals("completed", live().get("state").stringValue());
  }

  @Test
  void noMoreStepsThanAreDoneAreNothingToTrain() {
    train(cut, "--max-steps", 7);
    Outcome outcome = Outcome.of("train", "--resume", cut, "--max-steps", 5);
    assertEquals(0, outcome.status(), outcome.err());
    assertEquals(
        "Nothing is left to train up to step 5: 7 of 12 steps are done. Go on with: jacquard train"
            + " --resume "
            + cut
            + "\n",
        outcome.errWithoutDevice());
  }

  @Test
  void aRunWithoutACheckpointIsNamed() throws IOException {
    Files.delete(whole.resolve("checkpoint.safetensors"));
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: "
                + whole
                + ": its training has not come to a first checkpoint; train again, without"
                + " --resume\n"),
        Outcome.of("train", "--resume", whole));
  }

  @Test
  void aConstantScheduleCanGoOnLonger() throws IOException {
    Path longer = folder.resolve("longer");
    Path extended = folder.resolve("extended");
    train(longer, "--schedule", "constant", "--epochs", 4);
    train(extended, "--schedule", "constant", "--epochs", 2);
    assertEquals(0, Outcome.of("train", "--resume", extended, "--epochs", 4).status());
    assertArrayEquals(
        Files.readAllBytes(longer.resolve("model.safetensors")),
        Files.readAllBytes(extended.resolve("model.safetensors")));
    assertEquals(history(longer), history(extended));
  }

  @Test
  void anotherScheduleCannot() throws IOException {
    byte[] before = Files.readAllBytes(whole.resolve("run.json"));
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: 5 epochs are more than the 3 that the one-cycle schedule was planned for;"
                + " only a constant schedule can go on longer\n"),
        Outcome.of("train", "--resume", whole, "--epochs", 5));
    assertArrayEquals(before, Files.readAllBytes(whole.resolve("run.json")));
  }

  @Test
  void whatWouldChangeTheBitsCannotBeGiven() {
    assertEquals(
        new Outcome(
            2,
            "",
            """
            jacquard: --batch-size cannot be given with --resume, which goes on as the run began; \
            leave it out, or begin a new run with --initial-weights
            Run 'jacquard train --help' for its usage.
            """),
        Outcome.of("train", "--resume", whole, "--batch-size", 5));
  }

  @Test
  void anotherDataSetIsNoticed() {
    Path other = folder.resolve("other");
    Tiny.data(other);
    Path data = other.resolve("data");
    Tiny.write(data.resolve("train-labels-idx1-ubyte"), new byte[] {0, 0, 8, 1, 0, 0, 0, 1, 3});
    byte[] image = new byte[16 + 784];
    ByteBuffer.wrap(image).putInt(0x803).putInt(1).putInt(28).putInt(28);
    Tiny.write(data.resolve("train-images-idx3-ubyte"), image);
    Outcome outcome = Outcome.of("train", "--resume", whole, "--data", data);
    assertEquals(1, outcome.status());
    assertEquals(
        "jacquard: batch size 16 is larger than the data set's 1 samples; use one of 1 or"
            + " less\n",
        outcome.errWithoutDevice());
  }

  /** It is looked for where it may be instead, and not held against an option that nobody gave. */
  @Test
  void aDataSetThatIsGoneIsLookedForElsewhere() throws IOException {
    Path data = folder.resolve("data");
    Path moved = Files.move(data, folder.resolve("moved"));
    Outcome outcome = Outcome.of("train", "--resume", whole, "--offline");
    assertEquals(1, outcome.status());
    assertTrue(
        outcome
            .err()
            .startsWith(
                "run.json's data is "
                    + data
                    + ", which does not hold the data set; looking for it elsewhere.\n"),
        outcome.err());
    assertFalse(outcome.err().contains("leave --data out"), outcome.err());
    assertEquals(0, Outcome.of("train", "--resume", whole, "--data", moved).status());
  }

  @Test
  void aFolderWithoutARunIsAFailure() {
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: "
                + folder.resolve("none")
                + " is not a run folder: there is no such folder; give the folder that train"
                + " wrote\n"),
        Outcome.of("train", "--resume", folder.resolve("none")));
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: "
                + folder
                + " is not a run folder: it holds no run.json; give the folder that train wrote\n"),
        Outcome.of("train", "--resume", folder));
  }

  /** As one from a system with another locale. */
  @Test
  void settingsWithWhatIsNoPathAreNamed() throws IOException {
    Path settings = whole.resolve("run.json");
    String text = Files.readString(settings);
    Files.writeString(settings, text.replace("\"data\" : \"", "\"data\" : \"\\u0000"));
    Outcome outcome = Outcome.of("train", "--resume", whole);
    assertEquals(1, outcome.status());
    String start = "jacquard: " + settings + ": \"data\": expected a path, received ";
    assertTrue(outcome.err().startsWith(start), outcome.err());
  }

  @Test
  void damagedSettingsAreNamed() throws IOException {
    Path settings = whole.resolve("run.json");
    String text = Files.readString(settings);
    Files.writeString(settings, text.replace("\"batch_size\" : 16", "\"batch_size\" : 0"));
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: "
                + settings
                + ": \"batch_size\": expected a whole number of at least 1, received 0\n"),
        Outcome.of("train", "--resume", whole));
    Files.writeString(settings, "{\n  \"batch_size\" :");
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: "
                + settings
                + ": line 2, column 17: expected a JSON object, but the text ends in the middle of a"
                + " value; restore the file or train anew\n"),
        Outcome.of("train", "--resume", whole));
  }
}
