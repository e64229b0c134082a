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

  /** A node's first parameter of this role, or any buffer where it has none. */
  long partOr(Node node, String role, boolean has, long otherwise) {
    return has ? part(node, role) : otherwise;
  }
}
