package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Kernels;
import java.util.Arrays;
import java.util.List;

/**
 * For how many images each value and gradient has room: a batch's, and where a matrix product reads
 * or writes it, whole groups of that. Values that share memory have the greatest room of them all.
 */
final class Rooms {
  private final Blueprint blueprint;
  private final int batch;
  private final int[] values;
  private final int[] gradients;

  Rooms(Blueprint blueprint, int batch) {
    this.blueprint = blueprint;
    this.batch = batch;
    int count = blueprint.graph().nodes().size();
    values = new int[count];
    gradients = new int[count];
    Arrays.fill(values, batch);
    Arrays.fill(gradients, batch);
    for (Blueprint.Block block : blueprint.blocks()) {
      int id = block.node().id();
      if (blueprint.linear(id) != null) {
        linear(id, block.node().inputs().get(0));
      }
    }
    // What reads a value stands behind it.
    for (int id = count - 1; id > 0; id--) {
      share(id, blueprint.graph().node(id).inputs());
    }
  }

  private void linear(int id, int input) {
    LinearShape shape = blueprint.linear(id);
    Kernels kernels = blueprint.kernels();
    int forward = room(shape.forward(shape.out(), kernels, batch));
    widen(values, input, forward);
    widen(values, id, forward);
    if (blueprint.overwritten(id)) {
      // Inference may leave the output to the chain that reads it.
      widen(values, blueprint.chainOutput(id), forward);
    }
    Layout dx = blueprint.gradient(input);
    if (dx != null) {
      for (LinearShape.DataPass pass : shape.dataPasses(dx, kernels, batch)) {
        widen(gradients, input, room(pass.rows()));
        widen(gradients, id, room(pass.rows()));
      }
    }
  }

  private void share(int id, List<Integer> inputs) {
    if (blueprint.overwritten(id)) {
      int most = Math.max(values[id], gradients[id]);
      values[id] = most;
      gradients[id] = most;
    }
    if (blueprint.isView(id)) {
      widen(values, inputs.get(0), values[id]);
    }
    if (blueprint.gradientAliased(id)) {
      widen(gradients, inputs.get(0), gradients[id]);
    }
  }

  private int room(LinearShape.Rows rows) {
    return Tiles.roundUp(batch, rows.tiles().images());
  }

  private static void widen(int[] rooms, int id, int room) {
    rooms[id] = Math.max(rooms[id], room);
  }

  /** Images that a value's array holds. */
  int ofValue(int id) {
    return values[id];
  }

  /** Images that a gradient's array holds. */
  int ofGradient(int id) {
    return gradients[id];
  }
}
