package dev.jacquard.cli.prediction;

import dev.jacquard.cli.picture.Prepared;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a network takes a picture for.
 *
 * @param file where it is, with its number in brackets where a file holds many
 * @param prepared as the network saw it
 * @param probabilities of each class
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Prediction(String file, Prepared prepared, float[] probabilities) {

  /** The most probable class, the first of equal ones. */
  public int label() {
    return ranked().get(0);
  }

  /** The probability of the most probable class. */
  public float confidence() {
    return probabilities[label()];
  }

  /** The classes, the most probable first. */
  List<Integer> ranked() {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparing(c -> -probabilities[c]))
        .toList();
  }
}
