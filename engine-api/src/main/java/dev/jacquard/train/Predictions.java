package dev.jacquard.train;

import dev.jacquard.error.JacquardException;
import java.util.List;

/**
 * What a network said of each sample of a data set, beside the truth. Immutable; the arrays are not
 * copied, so who hands them over or asks for them does not change them afterwards.
 */
public final class Predictions {
  private final List<String> classes;
  private final int[] labels;
  private final float[] probabilities;
  private final float[] losses;

  private Predictions(List<String> classes, int[] labels, float[] probabilities, float[] losses) {
    this.classes = List.copyOf(classes);
    this.labels = labels;
    this.probabilities = probabilities;
    this.losses = losses;
  }

  /**
   * Puts them together.
   *
   * @param classes their names
   * @param labels the true class of each of N samples, at least one
   * @param probabilities {@code [N, classes]}
   * @param losses each sample's cross-entropy, {@code [N]}
   * @throws JacquardException if the lengths do not fit together or a label has no class
   */
  public static Predictions of(
      List<String> classes, int[] labels, float[] probabilities, float[] losses) {
    int n = labels.length;
    int c = classes.size();
    if (n == 0 || losses.length != n || probabilities.length != (long) n * c) {
      throw new JacquardException(
          "evaluation of "
              + n
              + " labels: expected as many losses and "
              + c
              + " times as many probabilities, received "
              + losses.length
              + " and "
              + probabilities.length);
    }
    for (int i = 0; i < n; i++) {
      if (labels[i] < 0 || labels[i] >= c) {
        throw new JacquardException(
            "evaluation: label " + i + " is " + labels[i] + ", expected 0 to " + (c - 1));
      }
    }
    return new Predictions(classes, labels, probabilities, losses);
  }

  /**
   * Checks that probabilities are numbers: of NaN none is the largest, so that the first class
   * would pass for the prediction. A loss may be infinite, of a true class that has no probability.
   *
   * @param probabilities of any number of samples
   * @throws JacquardException if one is NaN
   */
  public static void requireNumbers(float[] probabilities) {
    for (float probability : probabilities) {
      if (Float.isNaN(probability)) {
        throw new JacquardException(
            "the model gives NaN for probabilities: its parameters are not finite; train again, at"
                + " a lower learning rate");
      }
    }
  }

  /** The number of samples, N. */
  public int size() {
    return labels.length;
  }

  /** The names of the classes. */
  public List<String> classes() {
    return classes;
  }

  /** The true class of each sample; not a copy. */
  public int[] labels() {
    return labels;
  }

  /** All probabilities, {@code [N, classes]}; not a copy. */
  public float[] probabilities() {
    return probabilities;
  }

  /** Each sample's cross-entropy; not a copy. */
  public float[] losses() {
    return losses;
  }

  /** The true class of a sample. */
  public int label(int sample) {
    return labels[sample];
  }

  /** The class with the largest probability, the first of equal ones. */
  public int predicted(int sample) {
    int best = 0;
    for (int c = 1; c < classes.size(); c++) {
      if (probability(sample, c) > probability(sample, best)) {
        best = c;
      }
    }
    return best;
  }

  /** Whether the prediction is the truth. */
  public boolean isRight(int sample) {
    return predicted(sample) == label(sample);
  }

  /** The probability that the network gives a class. */
  public float probability(int sample, int classNumber) {
    return probabilities[sample * classes.size() + classNumber];
  }

  /** The cross-entropy of a sample. */
  public float loss(int sample) {
    return losses[sample];
  }
}
