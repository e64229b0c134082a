package dev.jacquard.tck;

import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Op;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;

/** Makes trials of a network: its samples and weights. */
final class Trials {
  private static final int ATTEMPTS = 200;

  private Trials() {}

  /**
   * Real numbers that keep clear of kinks, in inference and in the training step that trials take.
   */
  static Trial real(Graph graph, int batch, int samples) {
    for (long seed = 1; seed <= ATTEMPTS; seed++) {
      Trial trial = new Trial(graph, data(graph, seed, samples), batch, Weights.real(graph, seed));
      if (trial.clear()) {
        return trial;
      }
    }
    throw new IllegalStateException("no seed keeps clear of kinks; make the network smaller");
  }

  /** Real numbers with weights as they are initialised. */
  static Trial initial(Graph graph, int batch, int samples) {
    return initial(graph, batch, samples, 1);
  }

  /** The same with samples of another seed. */
  static Trial initial(Graph graph, int batch, int samples, long seed) {
    return new Trial(graph, data(graph, seed, samples), batch, graph.initialValues(Trial.SEED));
  }

  /** Small integers, whose results are exact. The batch is a power of 2. */
  static Trial exact(Graph graph, int batch, int samples) {
    return exact(graph, batch, samples, 2);
  }

  /** The same of integers up to {@code limit}: no product may have an operand of over 11 bits. */
  static Trial exact(Graph graph, int batch, int samples, int limit) {
    Op.Input input = graph.input();
    Shape sample = input.shape();
    int classes = graph.classes();
    float[] values = Values.integers(7, samples * sample.elements(), limit);
    // No sample has the class that is ahead, so that each has a gradient.
    int[] labels = Values.labels(7, samples, classes - 1);
    DataSet data = Values.floats(sample, values, labels, classes);
    return new Trial(graph, data, batch, Weights.integers(graph, 7, limit));
  }

  private static DataSet data(Graph graph, long seed, int samples) {
    Op.Input input = graph.input();
    return input.stored() == DType.U8
        ? Values.bytes(seed, input.shape(), samples, graph.classes())
        : Values.floats(seed, input.shape(), samples, graph.classes());
  }
}
