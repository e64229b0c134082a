package dev.jacquard.cli.run;

import dev.jacquard.checkpoint.SafeTensors;
import dev.jacquard.checkpoint.TensorFile;
import dev.jacquard.cli.console.Json;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.train.Predictions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run's network said of each test image, as kept in its folder: a report is then a matter of
 * reading. In a file it is safetensors: {@code probabilities [N, classes]}, {@code losses [N]} and
 * {@code labels [N]}, the rest as metadata.
 *
 * @param predictions the numbers
 * @param parameters SHA-256 of the file of parameters that they were made with
 * @param data SHA-256 of the samples and labels that they are of
 */
public record TestPredictions(Predictions predictions, String parameters, String data) {
  private static final String FORMAT = "jacquard-predictions-1";
  private static final String PROBABILITIES = "probabilities";
  private static final String LOSSES = "losses";
  private static final String LABELS = "labels";

  /**
   * Those of a data set.
   *
   * @param parameters the file that they were made with
   * @throws JacquardException if that file cannot be read
   */
  public static TestPredictions of(Predictions predictions, Path parameters, DataSet data) {
    return new TestPredictions(predictions, Digest.of(parameters), data.digest());
  }

  /** Whether they were made with the parameters in this file. */
  public boolean areOf(Path file) {
    return Digest.of(file).equals(parameters);
  }

  /** Whether they are of this data set. */
  public boolean areOf(DataSet set) {
    return predictions.size() == set.size() && set.digest().equals(data);
  }

  /** How many bytes a file of this many samples takes, about. */
  public static long bytes(int samples, int classes) {
    return (long) Float.BYTES * samples * (classes + 2);
  }

  /**
   * Writes a file, whole or not at all.
   *
   * @throws JacquardException if it cannot be written
   */
  public void write(Path file) {
    int n = predictions.size();
    float[] labels = new float[n];
    for (int i = 0; i < n; i++) {
      labels[i] = predictions.label(i);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Shape table = Shape.of(n, predictions.classes().size());
    tensors.put(PROBABILITIES, Tensor.of(table, predictions.probabilities()));
    tensors.put(LOSSES, Tensor.of(Shape.of(n), predictions.losses()));
    tensors.put(LABELS, Tensor.of(Shape.of(n), labels));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", FORMAT);
    metadata.put("classes", Json.texts(predictions.classes()).toString());
    metadata.put("parameters_sha256", parameters);
    metadata.put("data_sha256", data);
    SafeTensors.write(file, new TensorFile(tensors, metadata));
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @return empty if there is no such file
   * @throws JacquardException if it cannot be read or is malformed
   */
  public static Optional<TestPredictions> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    TensorFile contents = SafeTensors.read(file);
    if (!FORMAT.equals(contents.metadata().get("format"))) {
      throw malformed(file, "expected the format " + FORMAT);
    }
    List<String> classes = classes(file, contents.metadata().getOrDefault("classes", ""));
    int[] labels = wholeNumbers(file, values(file, contents, LABELS));
    float[] probabilities = values(file, contents, PROBABILITIES);
    float[] losses = values(file, contents, LOSSES);
    try {
      Predictions.requireNumbers(probabilities);
      return Optional.of(
          new TestPredictions(
              Predictions.of(classes, labels, probabilities, losses),
              contents.metadata().getOrDefault("parameters_sha256", ""),
              contents.metadata().getOrDefault("data_sha256", "")));
    } catch (JacquardException e) {
      throw malformed(file, e.getMessage());
    }
  }

  private static float[] values(Path file, TensorFile contents, String name) {
    Tensor tensor = contents.tensors().get(name);
    if (tensor == null) {
      throw malformed(file, "the tensor " + name + " is missing");
    }
    return tensor.values();
  }

  private static List<String> classes(Path file, String json) {
    List<String> names = new ArrayList<>();
    try {
      for (JsonNode name : JsonMapper.shared().readTree(json)) {
        names.add(name.stringValue());
      }
    } catch (JacksonException e) {
      throw malformed(file, "the metadata \"classes\" is no array of texts");
    }
    if (names.isEmpty()) {
      throw malformed(file, "expected the names of at least 1 class, received none");
    }
    return names;
  }

  private static int[] wholeNumbers(Path file, float[] labels) {
    int[] numbers = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      numbers[i] = (int) labels[i];
      if (numbers[i] != labels[i]) {
        throw malformed(file, "label " + i + " is " + labels[i] + ", expected a class's number");
      }
    }
    return numbers;
  }

  private static JacquardException malformed(Path file, String what) {
    return new JacquardException(file + " is not a file of predictions: " + what);
  }
}
