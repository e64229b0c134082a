package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import dev.jacquard.train.TrainingResult.Ending;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final List<String> CLASSES = List.of("class 0", "class 1", "class 2");

  /** Truth 0 1 2 2 2, predictions 0 0 2 2 1: the example in scikit-learn's documentation. */
  private static Evaluation example() {
    float[] probabilities = {
      0.8f, 0.1f, 0.1f, 0.6f, 0.3f, 0.1f, 0.0f, 0.1f, 0.9f, 0.3f, 0.3f, 0.4f, 0.2f, 0.5f, 0.3f
    };
    float[] losses = {0.5f, 1.25f, 0.25f, 0.5f, 1.5f};
    return Evaluation.of(CLASSES, new int[] {0, 1, 2, 2, 2}, probabilities, losses);
  }

  @Test
  void countsAndAverages() {
    Evaluation evaluation = example();
    assertEquals(0.8, evaluation.loss(), 1e-12);
    assertEquals(0.6, evaluation.accuracy(), 1e-12);
    assertArrayEquals(new int[][] {{1, 0, 0}, {1, 0, 0}, {0, 1, 2}}, evaluation.confusionMatrix());
    assertEquals(new ClassScore("class 0", 0.5, 1, 2 / 3.0, 1), evaluation.scores().get(0));
    assertEquals(new ClassScore("class 1", 0, 0, 0, 1), evaluation.scores().get(1));
    assertEquals(new ClassScore("class 2", 1, 2 / 3.0, 0.8, 3), evaluation.scores().get(2));
  }

  /** The table in scikit-learn's documentation, with four digits. */
  @Test
  void reportsAsScikitLearnDoes() {
    assertEquals(
        """
                      precision    recall  f1-score   support

             class 0     0.5000    1.0000    0.6667         1
             class 1     0.0000    0.0000    0.0000         1
             class 2     1.0000    0.6667    0.8000         3

            accuracy                         0.6000         5
           macro avg     0.5000    0.5556    0.4889         5
        weighted avg     0.7000    0.6000    0.6133         5
        """,
        example().classificationReport());
  }

  @Test
  void isReadableAloneAndAsPartOfAResult() {
    assertEquals("loss 0.8000, accuracy 0.6000 over 5 samples", example().toString());
    Progress progress = new Progress(48, 6, 0, 0, 0, 0, List.of());
    assertEquals(
        "COMPLETED after step 48: all epochs are done; validation " + example(),
        new TrainingResult(
                Ending.COMPLETED, "all epochs are done", progress, Optional.of(example()))
            .toString());
    assertEquals(
        "INTERRUPTED after step 48: by a signal",
        new TrainingResult(Ending.INTERRUPTED, "by a signal", progress, Optional.empty())
            .toString());
  }

  @Test
  void theFirstOfEqualProbabilitiesIsThePrediction() {
    Evaluation evaluation =
        Evaluation.of(CLASSES, new int[] {1}, new float[] {0.2f, 0.4f, 0.4f}, new float[] {0.9f});
    assertEquals(1, evaluation.accuracy());
  }

  @Test
  void aClassThatDoesNotOccurScoresNothingAndCounts() {
    Evaluation evaluation =
        Evaluation.of(CLASSES, new int[] {0}, new float[] {1, 0, 0}, new float[] {0});
    assertEquals(new ClassScore("class 2", 0, 0, 0, 0), evaluation.scores().get(2));
    assertEquals(1 / 3.0, evaluation.macroAverage().f1(), 1e-12);
    assertEquals(1, evaluation.weightedAverage().f1(), 1e-12);
  }

  @Test
  void theMatrixIsACopy() {
    Evaluation evaluation = example();
    evaluation.confusionMatrix()[2][2] = 99;
    assertEquals(2, evaluation.count(2, 2));
  }

  @Test
  void refusesLengthsThatDoNotFit() {
    String message =
        assertThrows(
                JacquardException.class,
                () -> Evaluation.of(CLASSES, new int[2], new float[5], new float[2]))
            .getMessage();
    assertEquals(
        "evaluation of 2 labels: expected as many losses and 3 times as many probabilities,"
            + " received 2 and 5",
        message);
  }

  @Test
  void keepsWhatWasSaidOfEachSample() {
    Predictions predictions = example().predictions();
    assertEquals(5, predictions.size());
    assertEquals(2, predictions.label(4));
    assertEquals(1, predictions.predicted(4));
    assertFalse(predictions.isRight(4));
    assertTrue(predictions.isRight(3));
    assertEquals(0.3f, predictions.probability(4, 2));
    assertEquals(1.5f, predictions.loss(4));
  }

  private static String refusal(int samples, int classes) {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(1));
    builder.add("dense", new Op.Dense(classes, false), 0);
    Graph graph = builder.build("head", 0);
    List<String> names = Collections.nCopies(classes, "any");
    DataSet data = DataSet.ofBytes("many", Shape.of(1), new byte[samples], new int[samples], names);
    return assertThrows(
            JacquardException.class, () -> new Evaluator(new ToySession(5), graph, data).close())
        .getMessage();
  }

  /** Before a training, rather than after its first epoch. */
  @Test
  void saysBeforehandWhatIsTooMuch() {
    assertEquals(
        "many: 3000000 samples of 1000 classes have 3000000000 probabilities, more than an array"
            + " holds; give at most 2147483 samples at a time",
        refusal(3_000_000, 1000));
    assertEquals(
        "many: expected at most 46340 classes, as each pair's confusions are counted, received"
            + " 46341; merge some, or evaluate nothing",
        refusal(1, 46_341));
    List<String> names = Collections.nCopies(46_341, "any");
    assertThrows(
        JacquardException.class,
        () -> Evaluation.of(names, new int[1], new float[46_341], new float[1]));
  }

  @Test
  void refusesALabelWithoutAClass() {
    String message =
        assertThrows(
                JacquardException.class,
                () -> Evaluation.of(CLASSES, new int[] {3}, new float[3], new float[1]))
            .getMessage();
    assertEquals("evaluation: label 0 is 3, expected 0 to 2", message);
  }
}
