package dev.jacquard.backend;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;

/** A compiled inference plan. Thread-safe: each call has a workspace of its own. */
public interface Predictor extends AutoCloseable {
  /**
   * Classifies resident samples {@code first .. first + count - 1}; any count, in batches of the
   * compiled size.
   *
   * @param probabilities receives {@code [count, classes]}
   * @param losses receives each sample's cross-entropy with its label, from the logits; null if not
   *     wanted
   * @throws JacquardException as {@link #check}, or if the data is of another session
   * @throws DeviceException if the device or its driver fails
   */
  void predict(ResidentData data, int first, int count, float[] probabilities, float[] losses);

  /** What was compiled. */
  Plan plan();

  /** Frees it. Closing again does nothing. */
  @Override
  void close();

  /**
   * How many probabilities there are of {@code count} samples: the length of an array for them.
   *
   * @param name of the samples, for the message
   * @throws JacquardException if no array is as long
   */
  static int outputs(String name, int count, int classes) {
    long wanted = (long) count * classes;
    int most = Integer.MAX_VALUE - 64; // JVMs take a few less than they could count
    if (wanted > most) {
      throw new JacquardException(
          name
              + ": "
              + count
              + " samples of "
              + classes
              + " classes have "
              + wanted
              + " probabilities, more than an array holds; give at most "
              + most / classes
              + " samples at a time");
    }
    return (int) wanted;
  }

  /**
   * Checks a request. For predictors.
   *
   * @param name of the data set
   * @param size samples that it has
   * @throws JacquardException if it has no such samples, or an array is too small
   */
  static void check(
      Graph graph,
      String name,
      int size,
      int first,
      int count,
      float[] probabilities,
      float[] losses) {
    if (first < 0 || count < 0 || count > size - first) {
      throw new JacquardException(
          name + " has " + size + " samples; cannot predict " + count + " from number " + first);
    }
    long wanted = (long) count * graph.classes();
    if (probabilities.length < wanted) {
      throw new JacquardException(
          "the array of probabilities: expected room for "
              + wanted
              + " numbers, received one of "
              + probabilities.length);
    }
    if (losses != null && losses.length < count) {
      throw new JacquardException(
          "the array of losses: expected room for "
              + count
              + " numbers, received one of "
              + losses.length);
    }
  }
}
