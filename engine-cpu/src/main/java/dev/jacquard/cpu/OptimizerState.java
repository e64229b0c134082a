package dev.jacquard.cpu;

import dev.jacquard.cpu.plan.Arena;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Parameter;
import java.util.ArrayList;
import java.util.List;

/** The optimiser's state: for each slot an array that lies like the trainable parameters. */
final class OptimizerState {
  final List<String> slots;
  final List<float[]> arrays = new ArrayList<>();

  OptimizerState(List<String> slots, int floats, Arena arena) {
    this.slots = slots;
    slots.forEach(slot -> arrays.add(arena.vectors(floats, "the optimiser's state")));
  }

  /** The names of its tensors, slot by slot. */
  List<String> names(Graph graph) {
    List<String> names = new ArrayList<>();
    for (String slot : slots) {
      for (Parameter parameter : graph.parameters()) {
        if (parameter.trainable()) {
          names.add(Optimizer.tensor(slot, parameter.name()));
        }
      }
    }
    return names;
  }
}
