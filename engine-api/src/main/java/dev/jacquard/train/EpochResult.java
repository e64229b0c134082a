package dev.jacquard.train;

import dev.jacquard.error.Excerpt;
import dev.jacquard.error.JacquardException;
import java.util.OptionalDouble;

/**
 * What came out of an epoch.
 *
 * @param epoch from 1
 * @param loss mean over the epoch's samples, each measured before its step's update
 * @param accuracy share of the epoch's samples classified right, measured likewise
 * @param valLoss mean over the validation set after the epoch; empty without one
 * @param valAccuracy share of the validation set classified right after the epoch; empty without
 *     one
 * @param seconds spent training, without validation and checkpoints
 */
public record EpochResult(
    int epoch,
    double loss,
    double accuracy,
    OptionalDouble valLoss,
    OptionalDouble valAccuracy,
    double seconds) {

  /** The names of {@link #csv}'s columns. */
  public static final String CSV_HEADER = "epoch,loss,accuracy,val_loss,val_accuracy,seconds";

  /** One line of a history file, every number in full precision, without the line's end. */
  public String csv() {
    return epoch
        + ","
        + loss
        + ","
        + accuracy
        + ","
        + text(valLoss)
        + ","
        + text(valAccuracy)
        + ","
        + seconds;
  }

  private static String text(OptionalDouble value) {
    return value.isPresent() ? Double.toString(value.getAsDouble()) : "";
  }

  /**
   * Reads a line that {@link #csv} wrote.
   *
   * @throws JacquardException if it is not such a line
   */
  public static EpochResult parseCsv(String line) {
    String[] fields = line.split(",", -1);
    try {
      if (fields.length == 6) {
        return new EpochResult(
            Integer.parseInt(fields[0]),
            Double.parseDouble(fields[1]),
            Double.parseDouble(fields[2]),
            optional(fields[3]),
            optional(fields[4]),
            Double.parseDouble(fields[5]));
      }
    } catch (NumberFormatException e) {
      throw new JacquardException(malformed(line), e);
    }
    throw new JacquardException(malformed(line));
  }

  private static OptionalDouble optional(String text) {
    return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
  }

  private static String malformed(String line) {
    return "expected a line of " + CSV_HEADER + ", received " + Excerpt.of(line);
  }
}
