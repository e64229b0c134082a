package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Node;

/**
 * The array of all parameters on the device.
 *
 * @param buffer the whole
 * @param places where each parameter lies
 * @param memory makes the parts that kernels are given
 */
record State(long buffer, Parameters places, Memory memory) {
  /** The part of a node's parameter that has this role: {@code kernel}. */
  long part(Node node, String role) {
    Parameters.Place place = places.place(node.name() + "/" + role);
    return memory.part(buffer, place.at(), place.floats());
  }

  /** The same, or any buffer where there is no node, or none with such a parameter. */
  long partOr(Node node, String role, long otherwise) {
    boolean has = node != null && places.place(node.name() + "/" + role) != null;
    return has ? part(node, role) : otherwise;
  }
}
