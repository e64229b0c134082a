package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import java.util.List;

/**
 * How the update is cut; see {@code optimizer.cl}.
 *
 * @param group items of a group
 * @param width elements that an item takes at once
 * @param lanes of items that share the parts of a gradient, at most
 * @param each parts that a lane adds, at most, while there are lanes
 */
record UpdateCut(int group, int width, int lanes, int each) {
  static final String FAMILY = "optimizer";

  /** A processor has groups of 1, with vectors. */
  private static final UpdateCut PROCESSOR = new UpdateCut(1, 16, 1, 1);

  /** Elements of a processor's block: so many that looking at a block takes no time. */
  private static final int LONG_BLOCK = 1024;

  private static final int MOST_ITEMS = 256;
  private static final int MOST_LANES = 32;

  /** Parts that a graphics processor reads at once. */
  private static final int EACH = 8;

  /** Items of a lane, at least: their elements lie side by side and are read together. */
  private static final int LEAST_WIDE = 8;

  /**
   * The cut for a device.
   *
   * @param floats of all trainable parameters
   * @param batch what decides how many parts gradients have
   */
  static UpdateCut of(Context context, int floats, int batch) {
    Limits limits = context.limits();
    if (limits.rows()) {
      return PROCESSOR;
    }
    int most = Integer.highestOneBit(Math.min(limits.group(), MOST_ITEMS));
    Space space =
        Space.of(
                choice ->
                    choice.of("group") <= most
                        && choice.of("lanes") * LEAST_WIDE <= choice.of("group"))
            .with("group", most, List.of(64, 128, 256))
            .with("each", EACH, List.of(2, 4, 8, 16, 32))
            .with("lanes", Math.max(1, Math.min(MOST_LANES, most / LEAST_WIDE)), List.of(4, 8, 16));
    Choice choice = context.choose("update", FAMILY + " " + floats + " b" + batch, space);
    return new UpdateCut(choice.of("group"), 1, choice.of("lanes"), choice.of("each"));
  }

  Defines into(Defines defines) {
    return defines
        .tuned("GROUP", group)
        .tuned("WIDTH", width)
        .with("LANES", lanes)
        .with("EACH", each);
  }

  /** Elements of a block where a gradient has so many parts: those of a lane, taken once. */
  int block(int parts) {
    if (group == 1) {
      return LONG_BLOCK;
    }
    int shared = 1;
    while (shared < lanes && shared * each < parts) {
      shared *= 2;
    }
    return group / shared * width;
  }
}
