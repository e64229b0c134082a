package dev.jacquard.cli.report;

import dev.jacquard.cli.chart.Names;
import dev.jacquard.cli.console.LayerTable;
import dev.jacquard.data.DataSet;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.network.Network;
import dev.jacquard.tensor.Shape;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Evaluation;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;

/** Runs that never ran, of any shape. */
final class Reports {
  private Reports() {}

  /** A run whose predictions are more often right than not. */
  static Report of(String name, List<String> classes, Shape sample, int epochs, int samples) {
    Random random = new Random(classes.size());
    int c = classes.size();
    int[] labels = new int[samples];
    float[] probabilities = new float[samples * c];
    float[] losses = new float[samples];
    for (int i = 0; i < samples; i++) {
      labels[i] = random.nextInt(c);
      double sum = 0;
      double[] odds = new double[c];
      for (int k = 0; k < c; k++) {
        odds[k] = Math.exp(2 * random.nextGaussian() + (k == labels[i] ? 4 : 0));
        sum += odds[k];
      }
      for (int k = 0; k < c; k++) {
        probabilities[i * c + k] = (float) (odds[k] / sum);
      }
      losses[i] = (float) -Math.log(probabilities[i * c + labels[i]]);
    }
    byte[] elements = new byte[samples * sample.elements()];
    random.nextBytes(elements);
    return new Report(
        name,
        "run of " + name,
        Optional.of(layers(sample, c)),
        history(epochs),
        Optional.of(Evaluation.of(classes, labels, probabilities, losses)),
        Optional.of(DataSet.ofBytes("test", sample, elements, labels, classes)),
        settings(name, epochs),
        Map.of("images_per_second", "1234.56", "train_seconds", "12.5", "steps", "40"),
        List.of());
  }

  /** Three classes of small colour pictures. */
  static Report coloured() {
    return of("colours", List.of("red", "green", "blue"), Shape.of(12, 9, 3), 1, 40);
  }

  /** Forty classes with names of 30 characters. */
  static Report forty() {
    return of("forty", Names.longOnes(40), Shape.of(8, 8, 1), 200, 900);
  }

  private static LayerTable layers(Shape sample, int classes) {
    String flatten = sample.rank() == 1 ? "" : "{\"type\": \"Flatten\"},";
    String json =
        "{\"name\": \"x\", \"input_shape\": %s, \"layers\": [%s {\"type\": \"Dense\", \"units\": %d}]}"
            .formatted(sample, flatten, classes);
    return LayerTable.of(Network.parse(json, LayerTypes.load(Reports.class.getClassLoader())));
  }

  private static List<EpochResult> history(int epochs) {
    List<EpochResult> history = new ArrayList<>();
    for (int e = 1; e <= epochs; e++) {
      history.add(
          new EpochResult(
              e,
              1.0 / e,
              1 - 0.5 / e,
              OptionalDouble.of(1.5 / e),
              OptionalDouble.of(1 - 0.6 / e),
              2.5));
    }
    return history;
  }

  private static Map<String, String> settings(String name, int epochs) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("network", name);
    settings.put("seed", "3");
    settings.put("epochs", Integer.toString(epochs));
    settings.put("max_steps", "");
    settings.put("device", "cpu");
    settings.put("device_name", "A Processor");
    settings.put("versions.java", "17.0.1");
    return settings;
  }

  /** The same run with other notes and settings, and without what is false. */
  static Report with(
      Report report,
      String name,
      boolean predictions,
      boolean samples,
      Map<String, String> settings,
      List<String> notes) {
    return new Report(
        name,
        name,
        report.layers(),
        report.history(),
        predictions ? report.evaluation() : Optional.empty(),
        samples ? report.samples() : Optional.empty(),
        settings,
        report.metrics(),
        notes);
  }

  /** A page as XML. */
  static Document xml(String page) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
    } catch (Exception e) {
      throw new AssertionError("not well-formed: " + e.getMessage(), e);
    }
  }
}
