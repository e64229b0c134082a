package dev.jacquard.reference;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of a batch through a graph, with everything that it computed: the outputs and their
 * gradients by node, {@code [N, ...]} row-major, and the gradients of the parameters.
 */
public final class Pass {
  private final Graph graph;
  private final Map<String, double[]> parameters;
  private final Batch batch;
  private final boolean training;
  private final Draws draws;
  private final List<Definition> definitions = new ArrayList<>();
  private final List<double[]> outputs = new ArrayList<>();
  private final List<double[]> gradients = new ArrayList<>();
  private final Map<String, double[]> parameterGradients = new LinkedHashMap<>();
  private final double[] losses;
  private final int[] predicted;

  /** Runs forward. */
  Pass(Graph graph, Map<String, double[]> parameters, Batch batch, boolean training, Draws draws) {
    this.graph = graph;
    this.parameters = parameters;
    this.batch = batch;
    this.training = training;
    this.draws = draws;
    this.losses = new double[batch.size()];
    this.predicted = new int[batch.size()];
    Definitions find = new Definitions();
    for (Node node : graph.nodes()) {
      int elements = batch.size() * node.shape().elements();
      definitions.add(node.op().accept(find));
      outputs.add(node.id() == 0 ? batch.inputs() : new double[elements]);
      gradients.add(new double[elements]);
      definitions.get(node.id()).forward(new Place(this, node));
    }
  }

  /** Runs backward, from the mean loss. */
  void backward() {
    for (Parameter parameter : graph.parameters()) {
      if (parameter.trainable()) {
        parameterGradients.put(parameter.name(), new double[parameter.shape().elements()]);
      }
    }
    for (int id = graph.nodes().size() - 1; id >= 0; id--) {
      definitions.get(id).backward(new Place(this, graph.node(id)));
    }
  }

  /** Updates the moving statistics. */
  void settle() {
    for (Node node : graph.nodes()) {
      definitions.get(node.id()).settle(new Place(this, node));
    }
  }

  /** What ran. */
  public Graph graph() {
    return graph;
  }

  /** The number of samples. */
  public int batch() {
    return batch.size();
  }

  /** Whether it ran as in training: batch statistics, dropout, label smoothing. */
  public boolean training() {
    return training;
  }

  /** The output of node {@code id}; not a copy. */
  public double[] output(int id) {
    return outputs.get(id);
  }

  /**
   * The mean loss's gradient by the output of node {@code id}, after a training step; not a copy.
   */
  public double[] gradient(int id) {
    return gradients.get(id);
  }

  /** The mean loss's gradient by a trainable parameter, after a training step; not a copy. */
  public double[] parameterGradient(String name) {
    return parameterGradients.get(name);
  }

  /** The probabilities, {@code [N, classes]}; not a copy. */
  public double[] probabilities() {
    return output(graph.head().id());
  }

  /** The loss of sample {@code n}. */
  public double loss(int n) {
    return losses[n];
  }

  /** The mean loss. */
  public double loss() {
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }

  /** How many samples have their label as the class of the (first) greatest logit. */
  public int hits() {
    int hits = 0;
    for (int n = 0; n < predicted.length; n++) {
      hits += predicted[n] == batch.label(n) ? 1 : 0;
    }
    return hits;
  }

  Batch batchData() {
    return batch;
  }

  Draws draws() {
    return draws;
  }

  double[] parameter(String name) {
    return parameters.get(name);
  }

  void score(int n, double loss, int best) {
    losses[n] = loss;
    predicted[n] = best;
  }
}
