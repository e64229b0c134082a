package dev.jacquard.reference;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A graph with its parameters in double precision, interpreted op by op. Inference may run in
 * several threads at once; nothing else may.
 */
public final class ReferenceModel {
  private final Graph graph;
  private final long seed;
  private final Map<String, double[]> parameters = new LinkedHashMap<>();

  /** A model with the initial values of {@code seed}, which also counts its dropout's draws. */
  public ReferenceModel(Graph graph, long seed) {
    this.graph = graph;
    this.seed = seed;
    graph.initialValues(seed).forEach((name, value) -> parameters.put(name, widen(value.values())));
  }

  /** The same numbers in double precision. */
  static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** What it interprets. */
  public Graph graph() {
    return graph;
  }

  /**
   * The values of a parameter, moving statistics included; not a copy, so that they can be changed.
   *
   * @throws dev.jacquard.error.JacquardException if there is none of this name
   */
  public double[] parameter(String name) {
    return parameters.get(graph.parameter(name).name());
  }

  /** Runs forward as in inference; the losses have no smoothing. */
  public Pass infer(Batch batch) {
    return new Pass(graph, parameters, batch, false, new Draws(seed, 0, 0));
  }

  /**
   * Runs forward and backward as in training, and changes nothing.
   *
   * @param step global number of the step, from 0
   * @param position of the batch's first sample in the epoch
   */
  public Pass gradients(Batch batch, long step, int position) {
    Pass pass = new Pass(graph, parameters, batch, true, new Draws(seed, step, position));
    pass.backward();
    return pass;
  }

  /**
   * One training step: {@link #gradients}, then moving statistics and parameters are updated.
   *
   * @param optimizer made for this graph
   * @param rate the step's learning rate
   */
  public Pass train(Batch batch, long step, int position, OptimizerState optimizer, double rate) {
    Pass pass = gradients(batch, step, position);
    pass.settle();
    for (Parameter parameter : graph.parameters()) {
      if (parameter.trainable()) {
        String name = parameter.name();
        optimizer.update(name, parameters.get(name), pass.parameterGradient(name), rate, step + 1);
      }
    }
    return pass;
  }
}
