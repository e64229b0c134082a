package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Graph;
import dev.jacquard.opencl.hash.Sha256;

/** What decides the bits that a plan gives, as one short text. */
final class Fingerprint {
  private Fingerprint() {}

  /**
   * Of a graph on a device.
   *
   * @param more what else decides them: the stages, the optimiser
   */
  static String of(Graph graph, Context context, String more) {
    return Sha256.name(context.identity() + graph.identity() + more);
  }
}
