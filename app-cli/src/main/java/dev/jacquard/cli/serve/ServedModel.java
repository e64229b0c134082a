package dev.jacquard.cli.serve;

import dev.jacquard.cli.prediction.PictureModel;
import dev.jacquard.model.Model;
import java.util.OptionalDouble;

/**
 * A trained network that classifies pictures, and what people want to know of it.
 *
 * @param model the network on its device
 * @param source where it is from, for people: {@code run 20261123-205536-fmnist-reference}
 * @param device for people: {@code cpu (AMD EPYC)}
 * @param accuracy on the test set, if it is known
 */
public record ServedModel(Model model, String source, String device, OptionalDouble accuracy) {

  /** What classifies pictures by it. */
  PictureModel pictures() {
    return new PictureModel(model);
  }
}
