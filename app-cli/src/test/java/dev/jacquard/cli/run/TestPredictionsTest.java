package dev.jacquard.cli.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.checkpoint.SafeTensors;
import dev.jacquard.checkpoint.TensorFile;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.train.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestPredictionsTest {
  private static final List<String> CLASSES = List.of("a", "\"b\", <c>");
  private static final float[] PROBABILITIES = {0.75f, 0.25f, 0.5f, 0.5f, 0.125f, 0.875f};

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("predictions.safetensors");
  }

  private TestPredictions written() throws IOException {
    Predictions predictions =
        Predictions.of(CLASSES, new int[] {0, 1, 1}, PROBABILITIES, new float[] {0.3f, 0.7f, 0.1f});
    Path model = Files.writeString(folder.resolve("model"), "parameters");
    TestPredictions made = TestPredictions.of(predictions, model, data(1));
    made.write(file());
    return made;
  }

  private static DataSet data(int first) {
    byte[] bytes = {(byte) first, 2, 3};
    return DataSet.ofBytes("x", Shape.of(1), bytes, new int[] {0, 1, 1}, CLASSES);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    TestPredictions made = written();
    TestPredictions read = TestPredictions.read(file()).orElseThrow();
    assertEquals(CLASSES, read.predictions().classes());
    assertArrayEquals(new int[] {0, 1, 1}, read.predictions().labels());
    assertArrayEquals(PROBABILITIES, read.predictions().probabilities());
    assertArrayEquals(made.predictions().losses(), read.predictions().losses());
    assertEquals(made.parameters(), read.parameters());
    assertEquals(made.data(), read.data());
  }

  @Test
  void belongsToItsParametersAndItsData() throws IOException {
    TestPredictions made = written();
    assertTrue(made.areOf(folder.resolve("model")));
    assertFalse(made.areOf(Files.writeString(folder.resolve("other"), "Parameters")));
    assertTrue(made.areOf(data(1)));
    assertFalse(made.areOf(data(9)));
    DataSet floats =
        DataSet.ofFloats("x", Shape.of(1), new float[] {1, 2, 3}, new int[] {0, 1, 1}, CLASSES);
    assertFalse(made.areOf(floats));
    assertTrue(
        TestPredictions.of(made.predictions(), folder.resolve("model"), floats).areOf(floats));
  }

  @Test
  void aFileThatIsNotThereIsNone() {
    assertEquals(Optional.empty(), TestPredictions.read(file()));
  }

  private String refusal(TensorFile contents) {
    SafeTensors.write(file(), contents);
    return assertThrows(JacquardException.class, () -> TestPredictions.read(file())).getMessage();
  }

  private String refusal(String tensor, Tensor other, String classes) throws IOException {
    written();
    TensorFile contents = SafeTensors.read(file());
    Map<String, Tensor> tensors = new LinkedHashMap<>(contents.tensors());
    tensors.put(tensor, other);
    Map<String, String> metadata = new LinkedHashMap<>(contents.metadata());
    metadata.put("classes", classes);
    return refusal(new TensorFile(tensors, metadata));
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() throws IOException {
    String two = "[\"a\", \"b\"]";
    String start = file() + " is not a file of predictions: ";
    assertEquals(
        start + "expected the format jacquard-predictions-1",
        refusal(new TensorFile(Map.of("x", Tensor.of(Shape.of(1), 1)), Map.of())));
    assertEquals(
        start + "label 1 is 0.5, expected a class's number",
        refusal("labels", Tensor.of(Shape.of(3), 0, 0.5f, 1), two));
    assertEquals(
        start + "evaluation: label 2 is 256, expected 0 to 1",
        refusal("labels", Tensor.of(Shape.of(3), 0, 1, 256), two));
    assertEquals(
        start + "evaluation: label 0 is 2, expected 0 to 1",
        refusal("labels", Tensor.of(Shape.of(3), 2, 0, 1), two));
    float nan = Float.NaN;
    assertTrue(
        refusal("probabilities", Tensor.of(Shape.of(3, 2), 1, 0, nan, nan, 0, 1), two)
            .startsWith(start + "the model gives NaN for probabilities"));
    assertTrue(refusal("losses", Tensor.of(Shape.of(2), 0, 1), two).contains("received 2 and 6"));
    assertTrue(
        refusal("losses", Tensor.of(Shape.of(3), 0, 1, 2), "[\"a\"]").contains("received 3 and 6"));
    assertTrue(refusal("losses", Tensor.of(Shape.of(3), 0, 1, 2), "[").contains("no array"));
    assertTrue(refusal("losses", Tensor.of(Shape.of(3), 0, 1, 2), "[7]").contains("no array"));
    assertTrue(refusal("losses", Tensor.of(Shape.of(3), 0, 1, 2), "[]").contains("received none"));
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    written();
    byte[] bytes = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(bytes, bytes.length - 5));
    assertThrows(JacquardException.class, () -> TestPredictions.read(file()));
  }
}
