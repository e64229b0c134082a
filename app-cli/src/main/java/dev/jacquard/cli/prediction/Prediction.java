package dev.jacquard.cli.prediction;

import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.picture.Prepared;
import dev.jacquard.train.Predictions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      best = probabilities[c] > probabilities[best] ? c : best;
    }
    return best;
  }

  /** The probability of the most probable class. */
  public float confidence() {
    return probabilities[label()];
  }

  /**
   * Checks that the probabilities are numbers.
   *
   * @throws dev.jacquard.error.JacquardException if one is not
   */
  public void requireNumbers() {
    Predictions.requireNumbers(probabilities);
  }

  /**
   * What every document has of it; the probabilities stand by their classes' numbers.
   *
   * @param classes their names
   */
  public ObjectNode json(List<String> classes) {
    ObjectNode json = Json.object();
    json.put("label", classes.get(label()));
    json.put("class", label());
    json.put("confidence", confidence());
    ArrayNode all = json.putArray("probabilities");
    for (float probability : probabilities) {
      all.add(probability);
    }
    json.put("inverted", prepared.inverted());
    json.set("done", Json.texts(prepared.done()));
    return json;
  }

  /** The classes, the most probable first. */
  List<Integer> ranked() {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparing(c -> -probabilities[c]))
        .toList();
  }
}
