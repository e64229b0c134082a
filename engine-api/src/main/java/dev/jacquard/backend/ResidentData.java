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
   * Checks that a graph can be trained on a data set. For sessions.
   *
   * @throws JacquardException if its samples are not what the graph's input takes, or it has more
   *     classes than the graph
   */
  static void check(Graph graph, DataSet data) {
    if (!data.sample().equals(graph.input().shape()) || data.dtype() != graph.input().stored()) {
      throw new JacquardException(
          data.name()
              + ": the network takes samples of shape "
              + graph.input().shape()
              + " stored as "
              + graph.input().stored()
              + ", received "
              + data.sample()
              + " stored as "
              + data.dtype());
    }
    if (data.classes().size() > graph.classes()) {
      throw new JacquardException(
          data.name()
              + " has "
              + data.classes().size()
              + " classes, the network tells "
              + graph.classes()
              + " apart; give its last layer as many units as there are classes");
    }
  }
}
