package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.checkpoint.SafeTensors;
import dev.jacquard.checkpoint.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code train} from the start. */
class TrainCommandTest {
  @TempDir Path folder;

  private Path train(String name, Object... more) {
    Path run = folder.resolve(name);
    List<Object> args = new ArrayList<>(List.of(Tiny.train(folder)));
    args.addAll(List.of("--out", run));
    args.addAll(List.of(more));
    Outcome outcome = Outcome.of(args.toArray());
    assertEquals(0, outcome.status(), outcome.err());
    return run;
  }

  @Test
  void aRunFolderHoldsEverything() throws IOException {
    Path run = folder.resolve("run");
    Outcome outcome = Outcome.with(Tiny.train(folder), "--out", run, "--log-steps");
    assertEquals(0, outcome.status(), outcome.err());
    List<String> lines = outcome.out().lines().toList();
    assertTrue(outcome.err().startsWith("Device: cpu ("), outcome.err());
    assertEquals("Run folder: " + run, lines.get(0));
    assertTrue(lines.get(1).matches("Test loss: \\d\\.\\d{4}, test accuracy: [01]\\.\\d{4}"));
    assertEquals(
        Set.of(
            "network.json",
            "run.json",
            "history.csv",
            "steps.csv",
            "live.json",
            "model.safetensors",
            "checkpoint.safetensors",
            "predictions.safetensors",
            "metrics.json"),
        names(run));
    List<String> history = Files.readAllLines(run.resolve("history.csv"));
    assertEquals("epoch,loss,accuracy,val_loss,val_accuracy,seconds", history.get(0));
    assertEquals(4, history.size());
    List<String> steps = Files.readAllLines(run.resolve("steps.csv"));
    assertEquals("step,loss", steps.get(0));
    assertEquals(13, steps.size());
    JsonNode live = JsonMapper.shared().readTree(Files.readString(run.resolve("live.json")));
    assertEquals("completed", live.get("state").stringValue());
    assertEquals(12, live.get("step").intValue());
    assertEquals(12, live.get("series").get("loss").size());
    float first = live.get("series").get("loss").get(0).floatValue();
    assertEquals(Float.parseFloat(steps.get(1).split(",", -1)[1]), first);
  }

  @Test
  void aTrainingThatEndsWithinAnEpochShowsItsLastStep() {
    Path run = folder.resolve("my run");
    Outcome outcome = Outcome.with(Tiny.train(folder), "--out", run, "--max-steps", 2);
    assertEquals(0, outcome.status(), outcome.err());
    List<String> lines = outcome.errWithoutDevice().lines().toList();
    assertTrue(
        lines
            .get(1)
            .matches(
                "epoch 1/3, step 2/4: loss \\d\\.\\d{4}, accuracy [01]\\.\\d{4}(, [\\d,]+"
                    + " images/s)?"),
        outcome.err());
    assertEquals(
        "Stopped after step 2. Go on with: jacquard train --resume '" + run + "'", lines.get(2));
  }

  private static Set<String> names(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(file));
  }

  @Test
  void metricsAndSettingsAreWhatScriptsRelyOn() throws IOException {
    Path run = train("run", "--seed", 7);
    JsonNode metrics = json(run.resolve("metrics.json"));
    assertTrue(metrics.get("test_loss").doubleValue() > 0);
    assertTrue(metrics.get("test_accuracy").isNumber());
    assertEquals("cpu", metrics.get("device").stringValue());
    assertEquals("cpu", metrics.get("backend").stringValue());
    assertEquals(3, metrics.get("epochs").intValue());
    assertEquals(16, metrics.get("batch_size").intValue());
    assertEquals(7, metrics.get("seed").intValue());
    assertEquals(3, metrics.get("seconds_per_epoch").size());
    double seconds = 0;
    for (JsonNode epoch : metrics.get("seconds_per_epoch")) {
      seconds += epoch.doubleValue();
    }
    assertEquals(seconds, metrics.get("train_seconds").doubleValue(), 1e-9);
    assertEquals(3 * Tiny.TRAINING / seconds, metrics.get("images_per_second").doubleValue(), 1e-3);
    JsonNode settings = json(run.resolve("run.json"));
    assertEquals("one-cycle", settings.get("schedule").stringValue());
    assertEquals(0.02, settings.get("learning_rate").doubleValue());
    assertEquals("fp32", settings.get("precision").stringValue());
    assertEquals("cpu", settings.get("device").stringValue());
    assertTrue(settings.get("plan_fingerprint").isString());
    assertTrue(settings.get("versions").get("java").isString());
  }

  @Test
  void theSameTrainingGivesTheSameBytes() throws IOException {
    byte[] first = Files.readAllBytes(train("first").resolve("model.safetensors"));
    byte[] second = Files.readAllBytes(train("second").resolve("model.safetensors"));
    byte[] other = Files.readAllBytes(train("other", "--seed", 2).resolve("model.safetensors"));
    assertArrayEquals(first, second);
    assertNotEquals(Arrays.hashCode(first), Arrays.hashCode(other));
    TensorFile model = SafeTensors.read(folder.resolve("first/model.safetensors"));
    assertEquals(
        List.of(
            "dense/kernel",
            "dense/bias",
            "batch_normalization/gamma",
            "batch_normalization/beta",
            "batch_normalization/moving_mean",
            "batch_normalization/moving_variance",
            "dense_1/kernel",
            "dense_1/bias"),
        List.copyOf(model.tensors().keySet()));
    assertEquals(Set.of("network"), model.metadata().keySet());
  }

  @Test
  void progressIsALineForTheStartAndEachEpochInAPipe() {
    Outcome outcome = Outcome.with(Tiny.train(folder), "--out", folder.resolve("run"));
    List<String> lines = outcome.errWithoutDevice().lines().toList();
    assertEquals(5, lines.size(), outcome.err());
    assertEquals(
        "After 12 steps the moving statistics of batch normalisation are still 89 % what they began"
            + " with: the test shows less than was learnt. Train longer.",
        lines.get(4));
    assertTrue(lines.get(0).matches("epoch 1/3, step 0/\\d+: the first step .*"), outcome.err());
    assertTrue(
        lines
            .get(1)
            .matches(
                "epoch 1/3: loss \\d\\.\\d{4}, accuracy \\d\\.\\d{4}, val_loss \\d\\.\\d{4},"
                    + " val_accuracy \\d\\.\\d{4}, [\\d,]+ images/s, \\d+\\.\\d s"),
        outcome.err());
  }

  @Test
  void quietSaysNothingOfProgress() {
    Outcome outcome = Outcome.with(Tiny.train(folder), "--out", folder.resolve("run"), "--quiet");
    assertEquals("", outcome.err());
    assertTrue(outcome.out().startsWith("Run folder: "), outcome.out());
  }

  @Test
  void aShareOfTheTrainingSetCanBeHeldOut() throws IOException {
    Path run = train("run", "--validation", 0.2, "--limit", 50, "--epochs", 1, "--log-steps");
    // 40 are left to train on, in batches of 16.
    assertEquals(4, Files.readAllLines(run.resolve("steps.csv")).size());
    JsonNode metrics = json(run.resolve("metrics.json"));
    String[] row = Files.readAllLines(run.resolve("history.csv")).get(1).split(",", -1);
    assertNotEquals(metrics.get("test_loss").doubleValue(), Double.parseDouble(row[3]));
  }

  @Test
  void trainingCanStartFromAModel() throws IOException {
    Path first = train("first");
    Path second =
        train(
            "second",
            "--initial-weights",
            first.resolve("model.safetensors"),
            "--epochs",
            1,
            "--learning-rate",
            1e-30,
            "--schedule",
            "constant");
    assertArrayEquals(
        SafeTensors.read(first.resolve("model.safetensors")).tensors().get("dense/kernel").values(),
        SafeTensors.read(second.resolve("model.safetensors"))
            .tensors()
            .get("dense/kernel")
            .values());
  }

  @Test
  void theOrderCanBeLeftAlone() throws IOException {
    byte[] shuffled = Files.readAllBytes(train("a").resolve("model.safetensors"));
    byte[] ordered = Files.readAllBytes(train("b", "--no-shuffle").resolve("model.safetensors"));
    assertNotEquals(Arrays.hashCode(shuffled), Arrays.hashCode(ordered));
  }

  @Test
  void threadsDoNotChangeTheBits() throws IOException {
    assertArrayEquals(
        Files.readAllBytes(train("one", "--threads", 1).resolve("model.safetensors")),
        Files.readAllBytes(train("two", "--threads", 2).resolve("model.safetensors")));
  }
}
