package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Graph;

/**
 * What the parts of a plan are compiled from.
 *
 * @param products how the device multiplies
 * @param batch samples, at most
 * @param training whether it is for training
 * @param seed of dropout
 * @param indices the sample numbers of all steps
 */
record Job(
    Script script,
    Graph graph,
    Fusion fusion,
    Values values,
    State state,
    Products products,
    int batch,
    boolean training,
    long seed,
    long indices) {

  /** How the launches of chains are divided. */
  ChainShape chains() {
    return new ChainShape(script.context().limits());
  }
}
