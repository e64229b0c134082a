package dev.jacquard.cpu.plan;

import java.util.HashMap;
import java.util.Map;

/** The arrays of a plan's values and gradients, made when first asked for. */
final class Values {
  private final Blueprint blueprint;
  private final Arena arena;
  private final int batch;
  private final Rooms rooms;
  private final Map<Integer, float[]> values = new HashMap<>();
  private final Map<Integer, float[]> gradients = new HashMap<>();

  /**
   * Arrays for batches of up to {@code batch} samples, with room for whole groups of the matrix
   * products that read or write them.
   */
  Values(Blueprint blueprint, Arena arena, int batch) {
    this.blueprint = blueprint;
    this.arena = arena;
    this.batch = batch;
    this.rooms = new Rooms(blueprint, batch);
  }

  Arena arena() {
    return arena;
  }

  /** The array of a value. */
  float[] value(int id) {
    float[] known = values.get(id);
    if (known == null) {
      known =
          blueprint.isView(id)
              ? value(input(id))
              : array(blueprint.value(id), rooms.ofValue(id), "value", id);
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
        known = another(id);
      }
      gradients.put(id, known);
    }
    return known;
  }

  /** One more array that lies like a value's gradient. */
  float[] another(int id) {
    return array(blueprint.gradient(id), rooms.ofGradient(id), "gradient", id);
  }

  private int input(int id) {
    return blueprint.graph().node(id).inputs().get(0);
  }

  private float[] array(Layout layout, int images, String what, int id) {
    return arena.vectors(
        (long) images * layout.image(),
        "the " + what + " of " + blueprint.graph().node(id).name() + " for " + batch + " samples");
  }
}
