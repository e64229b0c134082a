package dev.jacquard.cli.serve;

import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.model.Model;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * A trained network that classifies pictures, and what people want to know of it.
 *
 * @param model the network on its device
 * @param source where it is from, for people: {@code run 20261123-205536-fmnist-reference}
 * @param device for people: {@code cpu (AMD EPYC)}
 * @param accuracy on the test set, if it is known
 */
public record ServedModel(Model model, String source, String device, OptionalDouble accuracy) {

  /** The classes' names: those of Fashion-MNIST if there are as many, else their numbers. */
  List<String> classes() {
    int count = model.classes();
    return count == FashionMnist.CLASSES.size()
        ? FashionMnist.CLASSES
        : IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
