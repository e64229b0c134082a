package dev.jacquard.opencl.plan;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each parameter lies in an array of all of them: canonical, each at a multiple of the
 * device's alignment, so that kernels can be given it as a buffer of its own; the trainable ones
 * first, as gradients and the optimiser's state lie like them. What lies between is zero.
 */
public final class Parameters {
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final List<String> trainables;
  private final int trainable;
  private final int floats;

  /**
   * A parameter's place.
   *
   * @param at its first float
   * @param floats how many it has
   */
  public record Place(int at, int floats) {}

  /** The places of a graph's parameters, at multiples of {@code alignment} floats. */
  public Parameters(Graph graph, int alignment) {
    int end = place(graph, true, 0, alignment);
    this.trainables = List.copyOf(places.keySet());
    this.trainable = end;
    this.floats = place(graph, false, end, alignment);
  }

  private int place(Graph graph, boolean which, int from, int alignment) {
    int at = from;
    for (Parameter parameter : graph.parameters()) {
      if (parameter.trainable() == which) {
        int count = parameter.shape().elements();
        places.put(parameter.name(), new Place(at, count));
        try {
          at = Math.addExact(at, Math.multiplyExact((count - 1) / alignment + 1, alignment));
        } catch (ArithmeticException e) {
          throw new JacquardException(
              "the parameters up to "
                  + parameter.name()
                  + " are more than the OpenCL backend counts; make the layer smaller",
              e);
        }
      }
    }
    return at;
  }

  /** Where a parameter lies. */
  public Place place(String name) {
    return places.get(name);
  }

  /** The names of the trainable ones, in the order in which they lie. */
  List<String> trainables() {
    return trainables;
  }

  /** Floats of the trainable ones, gaps included. */
  public int trainable() {
    return trainable;
  }

  /** Floats of all. */
  public int floats() {
    return floats;
  }
}
