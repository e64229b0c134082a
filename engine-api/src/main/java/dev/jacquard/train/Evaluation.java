package dev.jacquard.train;

import dev.jacquard.error.JacquardException;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How well a network classifies a data set. Precision, recall and F1 are scikit-learn's, with 0
 * where they would divide by 0; every class of the data set counts in the averages, whether it
 * occurs or not. Immutable.
 */
public final class Evaluation {
  /** The square of more is beyond an array. */
  private static final int MOST_CLASSES = 46_340;

  private final Predictions predictions;
  private final List<String> classes;
  private final double loss;
  private final int samples;
  private final int[] confusion;
  private final int hits;

  private Evaluation(Predictions predictions) {
    requireCountable("evaluation", predictions.classes().size());
    this.predictions = predictions;
    this.classes = predictions.classes();
    this.samples = predictions.size();
    this.confusion = new int[classes.size() * classes.size()];
    double sum = 0;
    for (int i = 0; i < samples; i++) {
      confusion[predictions.label(i) * classes.size() + predictions.predicted(i)]++;
      sum += predictions.loss(i);
    }
    this.loss = sum / samples;
    this.hits = IntStream.range(0, classes.size()).map(c -> count(c, c)).sum();
  }

  /**
   * Checks that the confusions of so many classes can be counted.
   *
   * @param name of the data set, for the message
   * @throws JacquardException if they are more than an array holds
   */
  static void requireCountable(String name, int classes) {
    if (classes > MOST_CLASSES) {
      throw new JacquardException(
          name
              + ": expected at most "
              + MOST_CLASSES
              + " classes, as each pair's confusions are counted, received "
              + classes
              + "; merge some, or evaluate nothing");
    }
  }

  /**
   * Counts.
   *
   * @throws JacquardException if there are more than 46,340 classes
   */
  public static Evaluation of(Predictions predictions) {
    return new Evaluation(predictions);
  }

  /**
   * Counts.
   *
   * @param classes their names
   * @param labels the true class of each of N samples
   * @param probabilities {@code [N, classes]}; the largest is the prediction, the first of equal
   *     ones
   * @param losses each sample's cross-entropy, {@code [N]}
   * @throws JacquardException if the lengths do not fit together, a label has no class, or there
   *     are more than 46,340 classes
   */
  public static Evaluation of(
      List<String> classes, int[] labels, float[] probabilities, float[] losses) {
    return of(Predictions.of(classes, labels, probabilities, losses));
  }

  /** What it was counted of. Its arrays take 4 bytes for each class of a sample and 5 more. */
  public Predictions predictions() {
    return predictions;
  }

  /** The mean cross-entropy. */
  public double loss() {
    return loss;
  }

  /** The share of samples classified right. */
  public double accuracy() {
    return (double) hits / samples;
  }

  /** The number of samples. */
  public int samples() {
    return samples;
  }

  /** The names of the classes. */
  public List<String> classes() {
    return classes;
  }

  /** How many samples of class {@code truth} were taken for class {@code predicted}. */
  public int count(int truth, int predicted) {
    return confusion[truth * classes.size() + predicted];
  }

  /** The confusion matrix, {@code [true][predicted]}; a copy. */
  public int[][] confusionMatrix() {
    int c = classes.size();
    int[][] matrix = new int[c][c];
    for (int truth = 0; truth < c; truth++) {
      System.arraycopy(confusion, truth * c, matrix[truth], 0, c);
    }
    return matrix;
  }

  /** The scores of each class. */
  public List<ClassScore> scores() {
    return IntStream.range(0, classes.size()).mapToObj(this::score).toList();
  }

  private ClassScore score(int c) {
    int support = 0;
    int predicted = 0;
    for (int other = 0; other < classes.size(); other++) {
      support += count(c, other);
      predicted += count(other, c);
    }
    return new ClassScore(
        classes.get(c),
        share(count(c, c), predicted),
        share(count(c, c), support),
        share(2.0 * count(c, c), predicted + support),
        support);
  }

  private static double share(double part, int whole) {
    return whole == 0 ? 0 : part / whole;
  }

  /** The mean of the classes' scores, each class counting the same. */
  public ClassScore macroAverage() {
    List<ClassScore> scores = scores();
    int c = classes.size();
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    for (ClassScore score : scores) {
      precision += score.precision() / c;
      recall += score.recall() / c;
      f1 += score.f1() / c;
    }
    return new ClassScore("macro avg", precision, recall, f1, samples);
  }

  /** The mean of the classes' scores, each class counting by its samples. */
  public ClassScore weightedAverage() {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    for (ClassScore score : scores()) {
      double weight = (double) score.support() / samples;
      precision += score.precision() * weight;
      recall += score.recall() * weight;
      f1 += score.f1() * weight;
    }
    return new ClassScore("weighted avg", precision, recall, f1, samples);
  }

  /**
   * The table that scikit-learn's {@code classification_report(digits=4)} prints; ends with a line
   * feed.
   */
  public String classificationReport() {
    ClassScore weighted = weightedAverage();
    int width = weighted.name().length();
    for (String name : classes) {
      width = Math.max(width, name.length());
    }
    StringBuilder text = new StringBuilder();
    String header = "%" + width + "s  %9s %9s %9s %9s\n\n";
    text.append(
        String.format(Locale.ROOT, header, "", "precision", "recall", "f1-score", "support"));
    for (ClassScore score : scores()) {
      row(text, width, score);
    }
    String accuracy = "\n%" + width + "s  %9s %9s %9.4f %9d\n";
    text.append(String.format(Locale.ROOT, accuracy, "accuracy", "", "", accuracy(), samples));
    row(text, width, macroAverage());
    row(text, width, weighted);
    return text.toString();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "loss %.4f, accuracy %.4f over %d samples", loss, accuracy(), samples);
  }

  private static void row(StringBuilder text, int width, ClassScore score) {
    String format = "%" + width + "s  %9.4f %9.4f %9.4f %9d\n";
    text.append(
        String.format(
            Locale.ROOT,
            format,
            score.name(),
            score.precision(),
            score.recall(),
            score.f1(),
            score.support()));
  }
}
