package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.checkpoint.SafeTensors;
import dev.jacquard.checkpoint.TensorFile;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code evaluate}, and the models that it refuses. */
class EvaluateCommandTest {
  @TempDir Path folder;
  private Path run;
  private Path data;

  @BeforeEach
  void train() {
    run = folder.resolve("run");
    data = folder.resolve("data");
    assertEquals(0, Outcome.with(Tiny.train(folder), "--out", run, "--quiet").status());
  }

  private Outcome evaluate(Path model, Object... more) {
    return Outcome.with(
        new Object[] {"evaluate", model, "--backend", "cpu", "--data", data, "--quiet"}, more);
  }

  @Test
  void jsonAgreesWithTheRunsMetrics() throws IOException {
    JsonNode metrics = JsonMapper.shared().readTree(Files.readString(run.resolve("metrics.json")));
    JsonNode json = evaluate(run, "--json").json();
    assertEquals(metrics.get("test_loss").doubleValue(), json.get("test_loss").doubleValue());
    assertEquals(metrics.get("test_accuracy"), json.get("test_accuracy"));
    assertEquals(10, json.get("classes").size());
    int samples = 0;
    int hits = 0;
    for (int truth = 0; truth < 10; truth++) {
      for (int predicted = 0; predicted < 10; predicted++) {
        int count = json.get("confusion_matrix").get(truth).get(predicted).intValue();
        samples += count;
        hits += truth == predicted ? count : 0;
      }
    }
    assertEquals(Tiny.TEST, samples);
    assertEquals(json.get("test_accuracy").doubleValue(), (double) hits / samples);
  }

  @Test
  void folderModelAndCheckpointAreTheSame() throws IOException {
    Outcome ofFolder = evaluate(run);
    assertEquals(0, ofFolder.status(), ofFolder.err());
    assertTrue(ofFolder.out().contains("precision    recall  f1-score   support"));
    assertTrue(ofFolder.out().contains("\nConfusion matrix "), ofFolder.out());
    assertEquals(ofFolder, evaluate(run.resolve("model.safetensors")));
    assertEquals(ofFolder, evaluate(run.resolve("checkpoint.safetensors")));
    Files.delete(run.resolve("model.safetensors"));
    assertEquals(ofFolder, evaluate(run));
  }

  @Test
  void aTrainingThatIsNotFinishedIsSaid() throws IOException {
    Path cut = folder.resolve("cut");
    assertEquals(0, Outcome.with(Tiny.train(folder), "--out", cut, "--max-steps", 5).status());
    Object[] loud = {"evaluate", cut, "--backend", "cpu", "--data", data};
    String rest = " after step 5 of 12: training is not finished.";
    assertEquals("From the model" + rest, Outcome.of(loud).err().lines().skip(1).toList().get(0));
    JsonNode json = evaluate(cut, "--json").json();
    assertEquals(5, json.get("steps").intValue());
    assertEquals(12, json.get("planned_steps").intValue());
    assertFalse(json.get("finished").booleanValue());
    Files.delete(cut.resolve("model.safetensors"));
    assertEquals(
        "From the checkpoint" + rest, Outcome.of(loud).err().lines().skip(1).toList().get(0));
    assertTrue(evaluate(run, "--json").json().get("finished").booleanValue());
  }

  /** As where a training that was gone on with did not end. */
  @Test
  void aCheckpointThatIsNewerThanTheModelCounts() throws IOException {
    Path cut = folder.resolve("cut");
    assertEquals(0, Outcome.with(Tiny.train(folder), "--out", cut, "--max-steps", 5).status());
    Files.copy(
        run.resolve("checkpoint.safetensors"),
        cut.resolve("checkpoint.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    assertEquals(evaluate(run), evaluate(cut));
  }

  @Test
  void aFolderThatIsNoRunIsRefused() {
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: "
                + folder
                + " is not a run folder: it holds neither model.safetensors nor"
                + " checkpoint.safetensors; give the folder that train wrote, or a .safetensors"
                + " file\n"),
        evaluate(folder));
  }

  @Test
  void aRunWithoutACheckpointIsNamed() throws IOException {
    Files.delete(run.resolve("model.safetensors"));
    Files.delete(run.resolve("checkpoint.safetensors"));
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: "
                + run
                + ": its training has not come to a first checkpoint; train again\n"),
        evaluate(run));
  }

  static Stream<Arguments> files() {
    return Stream.of(
        Arguments.of(
            header(200_000_000, "{}"),
            "expected a header of at most 100000000 bytes, received 200000000; the file is not"
                + " safetensors"),
        Arguments.of(
            header(2, "{}"),
            "metadata \"network\" is missing; give the network that it was made with"),
        Arguments.of(
            tensors("'a': {'dtype':'F32','shape':[1],'data_offsets':[0,8]}"),
            "tensor a: data_offsets [0, 8] reach beyond the 6 bytes of data; the file is truncated"
                + " or damaged"),
        Arguments.of(
            tensors(
                "'a': {'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
                    + "'b': {'dtype':'F32','shape':[1],'data_offsets':[2,6]}"),
            "tensor b begins at 2, inside tensor a, which ends at 4; the file is damaged"),
        Arguments.of(
            tensors("'a': {'dtype':'F64','shape':[1],'data_offsets':[0,8]}"),
            "tensor a: expected dtype \"F32\", received \"F64\"; convert it to F32"),
        Arguments.of(
            "gibberish".getBytes(StandardCharsets.UTF_8),
            "expected a header of at most 100000000 bytes, received 8316303966684211559; the file"
                + " is not safetensors"));
  }

  private static byte[] header(long length, String json) {
    return ByteBuffer.allocate(8 + json.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(json.getBytes(StandardCharsets.UTF_8))
        .array();
  }

  private static byte[] tensors(String entries) {
    String json = "{" + entries.replace('\'', '"') + "}";
    byte[] head = header(json.length(), json);
    return Arrays.copyOf(head, head.length + 6);
  }

  @ParameterizedTest
  @MethodSource("files")
  void hostileFilesAreRefused(byte[] bytes, String message) {
    Path file = Tiny.write(folder.resolve("bad.safetensors"), bytes);
    assertEquals(new Outcome(1, "", "jacquard: " + file + ": " + message + "\n"), evaluate(file));
  }

  @Test
  void aModelMustHaveTheNetworksTensors() {
    TensorFile whole = SafeTensors.read(run.resolve("model.safetensors"));
    Path file = folder.resolve("other.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>(whole.tensors());
    tensors.put("dense/bias", Tensor.zeros(Shape.of(7)));
    assertRefused(file, tensors, whole, "tensor dense/bias: expected shape [8], received [7]");
    tensors.remove("dense/bias");
    assertRefused(file, tensors, whole, "tensor dense/bias of shape [8] is missing");
    tensors.putAll(whole.tensors());
    tensors.put("extra", Tensor.zeros(Shape.of(1)));
    assertRefused(file, tensors, whole, "tensor extra is surplus");
  }

  private void assertRefused(
      Path file, Map<String, Tensor> tensors, TensorFile whole, String message) {
    SafeTensors.write(file, new TensorFile(tensors, whole.metadata()));
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: "
                + file
                + " does not fit the network: "
                + message
                + "; use the network that the file was made with\n"),
        evaluate(file));
  }

  /** Rather than counted as the first class. */
  @Test
  void aModelWithoutNumbersIsRefused() throws IOException {
    Path file = run.resolve("model.safetensors");
    Path model = Tiny.withoutNumbers(file, folder.resolve("nan.safetensors"));
    String line =
        "the model gives NaN for probabilities: its parameters are not finite; train again, at a"
            + " lower learning rate";
    assertEquals(new Outcome(1, "", "jacquard: " + line + "\n"), evaluate(model));
    assertEquals(new Outcome(1, "", "jacquard: " + line + "\n"), evaluate(model, "--json"));
    Files.copy(model, file, StandardCopyOption.REPLACE_EXISTING);
    Outcome report = Outcome.of("report", run);
    assertEquals(0, report.status(), report.err());
    assertTrue(report.err().contains(line), report.err());
    assertFalse(Files.readString(run.resolve("report.html")).contains("Confusion matrix"));
  }

  @Test
  void aModelWithoutANetworkNeedsOne() {
    TensorFile whole = SafeTensors.read(run.resolve("model.safetensors"));
    Path file = folder.resolve("bare.safetensors");
    SafeTensors.write(file, new TensorFile(whole.tensors(), Map.of()));
    assertEquals(
        new Outcome(
            1,
            "",
            "jacquard: "
                + file
                + ": metadata \"network\" is missing; give the network that it was made with\n"),
        evaluate(file));
    assertEquals(evaluate(run), evaluate(file, "--network", folder.resolve("tiny.json")));
  }

  /** In the same words, whatever the command. */
  @Test
  void aRunThatIsNotThereIsNamed() throws IOException {
    Path missing = folder.resolve("missing");
    String line = "jacquard: %s is not a run folder: %s; give the folder that train wrote%s\n";
    String absent = line.formatted(missing, "there is no such folder", "");
    assertEquals(new Outcome(1, "", absent), Outcome.of("report", missing));
    assertEquals(new Outcome(1, "", absent), Outcome.of("report", run, missing));
    assertEquals(new Outcome(1, "", absent), Outcome.of("train", "--resume", missing));
    String neither = line.formatted(missing, "there is no such folder", ", or a .safetensors file");
    assertEquals(new Outcome(1, "", neither), evaluate(missing));
    assertEquals(new Outcome(1, "", neither), Outcome.of("predict", missing, "a.png"));
    assertEquals(new Outcome(1, "", neither), Outcome.of("serve", "--model", missing));
    Path file = Files.createFile(folder.resolve("file"));
    String other = line.formatted(file, "it is not a folder", "");
    assertEquals(new Outcome(1, "", other), Outcome.of("report", file));
  }

  @Test
  void whatIsNotThereIsNamed() {
    Path missing = folder.resolve("missing.safetensors");
    assertEquals(
        new Outcome(1, "", "jacquard: cannot read " + missing + ": no such file; check the path\n"),
        evaluate(missing));
  }
}
