package dev.jacquard.backend;

import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Graph;

/** A data set on a device. Belongs to the session that uploaded it. */
public interface ResidentData extends AutoCloseable {
  /** The number of samples. */
  int size();

  /** Frees it. Closing again does nothing. */
  @Override
  void close();

  /**
   * Checks that a data set has the samples and the classes that a graph is for. For sessions.
   *
   * @throws JacquardException if it has others, or stores its samples otherwise
   */
  static void check(Graph graph, DataSet data) {
    if (!data.sample().equals(graph.input().shape())) {
      throw new JacquardException(
          data.name()
              + ": the network's input_shape is "
              + graph.input().shape()
              + ", the samples are "
              + data.sample()
              + "; set input_shape to "
              + data.sample()
              + (graph.input().shape().rank() < data.sample().rank()
                  ? " and put a Flatten first"
                  : ""));
    }
    if (data.dtype() != graph.input().stored()) {
      throw new JacquardException(
          data.name()
              + ": the network takes samples stored as "
              + graph.input().stored()
              + ", received "
              + data.dtype()
              + "; give such samples, or a network and session for these");
    }
    int classes = data.classes().size();
    if (classes != graph.classes()) {
      throw new JacquardException(
          data.name()
              + ": the network's last layer gives "
              + graph.classes()
              + " numbers, received "
              + classes
              + " classes; give the last layer "
              + classes
              + " units");
    }
  }
}
