package dev.jacquard.cli.run;

import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;

/**
 * What training is validated on after each epoch.
 *
 * @param share of the training set, held out from its end; 0 for the test set
 */
public record Validation(double share) {
  private static final String TEST_SET = "test";

  /** The test set. */
  public static final Validation TEST = new Validation(0);

  /**
   * Reads it as users write it.
   *
   * @throws JacquardException if it is neither "test" nor a number between 0 and 1
   */
  public static Validation parse(String text) {
    if (text.equals(TEST_SET)) {
      return TEST;
    }
    try {
      double share = Double.parseDouble(text);
      if (share > 0 && share < 1) {
        return new Validation(share);
      }
    } catch (NumberFormatException e) {
      throw new JacquardException(expected(text), e);
    }
    throw new JacquardException(expected(text));
  }

  private static String expected(String text) {
    return "expected test, or a share of the training set between 0 and 1, received " + text;
  }

  /** Whether it is the test set. */
  public boolean isTestSet() {
    return share == 0;
  }

  /**
   * How many of {@code samples} are left to train on: Keras's {@code floor(n * (1 - share))}.
   *
   * @throws JacquardException if nothing is left for one of the two
   */
  public int trainingSamples(int samples) {
    int kept = (int) Math.floor(samples * (1 - share));
    if (kept == 0 || (kept == samples && !isTestSet())) {
      throw new JacquardException(
          "--validation "
              + share
              + " of "
              + samples
              + " samples leaves none to "
              + (kept == 0 ? "train" : "validate")
              + " on; give another share");
    }
    return kept;
  }

  /** The part of the training set that is trained on. */
  public DataSet training(DataSet all) {
    return isTestSet() ? all : all.first(trainingSamples(all.size()));
  }

  /** The part that is held out; the test set where nothing is. */
  public DataSet heldOut(DataSet all, DataSet test) {
    if (isTestSet()) {
      return test;
    }
    int kept = trainingSamples(all.size());
    return all.slice(kept, all.size() - kept);
  }

  /** As users write it. */
  @Override
  public String toString() {
    return isTestSet() ? TEST_SET : Double.toString(share);
  }
}
