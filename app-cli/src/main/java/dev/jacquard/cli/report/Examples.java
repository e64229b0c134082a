package dev.jacquard.cli.report;

import dev.jacquard.cli.console.Numbers;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Predictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which samples a report shows. The same predictions give the same samples. */
final class Examples {
  private static final int GRID = 15;
  private static final int MISTAKES = 12;
  private static final int OF_A_KIND = 2;
  private static final int PAIRS = 6;

  private Examples() {}

  /**
   * A sample and what it is an example of.
   *
   * @param title for people
   * @param sample its number
   */
  record Example(String title, int sample) {}

  /** The first samples, as they come. */
  static List<Integer> grid(Predictions predictions) {
    return IntStream.range(0, Math.min(GRID, predictions.size())).boxed().toList();
  }

  /** The wrong predictions with the highest losses, the worst first. */
  static List<Integer> mistakes(Predictions predictions) {
    return wrong(predictions)
        .sorted(Comparator.comparingDouble((Integer i) -> -predictions.loss(i)))
        .limit(MISTAKES)
        .toList();
  }

  private static Stream<Integer> wrong(Predictions predictions) {
    return IntStream.range(0, predictions.size()).filter(i -> !predictions.isRight(i)).boxed();
  }

  /** The pairs of a true and a predicted class that are mixed up most often, with counts. */
  static List<Fact> confusions(Evaluation evaluation) {
    List<String> classes = evaluation.classes();
    int c = classes.size();
    return IntStream.range(0, c * c)
        .filter(pair -> pair / c != pair % c && evaluation.count(pair / c, pair % c) > 0)
        .boxed()
        .sorted(Comparator.comparingInt(pair -> -evaluation.count(pair / c, pair % c)))
        .limit(PAIRS)
        .map(
            pair ->
                new Fact(
                    classes.get(pair / c) + " taken for " + classes.get(pair % c),
                    Numbers.grouped(evaluation.count(pair / c, pair % c))))
        .toList();
  }

  /** The first that are right, those that are right by the least lead, the first that are wrong. */
  static List<Example> single(Predictions predictions) {
    List<Example> examples = new ArrayList<>();
    List<Integer> right =
        IntStream.range(0, predictions.size()).filter(predictions::isRight).boxed().toList();
    right.stream().limit(OF_A_KIND).forEach(i -> examples.add(new Example(title("Right", i), i)));
    right.stream()
        .skip(OF_A_KIND)
        .sorted(Comparator.comparingDouble(i -> lead(predictions, i)))
        .limit(OF_A_KIND)
        .forEach(i -> examples.add(new Example(title("Right, but close", i), i)));
    wrong(predictions)
        .limit(OF_A_KIND)
        .forEach(i -> examples.add(new Example(title("Wrong", i), i)));
    return examples;
  }

  private static String title(String what, int sample) {
    return what + ": test sample " + sample;
  }

  /** By how much the largest probability exceeds the second. */
  private static double lead(Predictions predictions, int sample) {
    int first = predictions.predicted(sample);
    double second = 0;
    for (int c = 0; c < predictions.classes().size(); c++) {
      if (c != first) {
        second = Math.max(second, predictions.probability(sample, c));
      }
    }
    return predictions.probability(sample, first) - second;
  }
}
