package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Kernels;
import java.util.HashMap;
import java.util.Map;

/** The arrays of a plan's values and gradients, made when first asked for. */
final class Values {
  private final Blueprint blueprint;
  private final Arena arena;
  private final int batch;
  private final int capacity;
  private final Map<Integer, float[]> values = new HashMap<>();
  private final Map<Integer, float[]> gradients = new HashMap<>();

  /**
   * Arrays for batches of up to {@code batch} samples, with room for whole groups of every matrix
   * product.
   */
  Values(Blueprint blueprint, Arena arena, int batch) {
    this.blueprint = blueprint;
    this.arena = arena;
    this.batch = batch;
    Kernels kernels = blueprint.kernels();
    int images = batch;
    for (Blueprint.Block block : blueprint.blocks()) {
      LinearShape linear = blueprint.linear(block.node().id());
      if (linear != null) {
        images = Math.max(images, room(linear.forward(linear.out(), kernels, batch), batch));
        Layout dx = blueprint.gradient(block.node().inputs().get(0));
        if (dx != null) {
          for (LinearShape.DataPass pass : linear.dataPasses(dx, kernels, batch)) {
            images = Math.max(images, room(pass.rows(), batch));
          }
        }
      }
    }
    this.capacity = images;
  }

  private static int room(LinearShape.Rows rows, int batch) {
    return Tiles.roundUp(batch, rows.tiles().images());
  }

  Arena arena() {
    return arena;
  }

  /** The array of a value. */
  float[] value(int id) {
    float[] known = values.get(id);
    if (known == null) {
      boolean view =
          blueprint.graph().node(id).op() instanceof dev.jacquard.graph.Op.Flatten
              && blueprint.viewed(blueprint.graph().node(id));
      known = view ? value(input(id)) : array(blueprint.value(id), "value", id);
      values.put(id, known);
    }
    return known;
  }

  /** The array of a value's gradient. */
  float[] gradient(int id) {
    float[] known = gradients.get(id);
    if (known == null) {
      if (blueprint.overwritten(id)) {
        known = value(id);
      } else if (blueprint.gradientAliased(id)) {
        known = gradient(input(id));
      } else {
        known = array(blueprint.gradient(id), "gradient", id);
      }
      gradients.put(id, known);
    }
    return known;
  }

  /** One more array that lies like a value's gradient. */
  float[] another(int id) {
    return array(blueprint.gradient(id), "gradient", id);
  }

  private int input(int id) {
    return blueprint.graph().node(id).inputs().get(0);
  }

  private float[] array(Layout layout, String what, int id) {
    return arena.vectors(
        (long) capacity * layout.image(),
        "the " + what + " of " + blueprint.graph().node(id).name() + " for " + batch + " samples");
  }
}
