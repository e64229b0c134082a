package dev.jacquard.opencl.plan;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The table that the optimisers' kernels work through: the trainable parameters in order, cut into
 * blocks that a group each can take, and for each block where its gradient lies. See {@code
 * optimizer.cl}.
 */
final class UpdateBlocks {
  private static final int FIELDS = 12;

  private final UpdateCut cut;
  private final ByteBuffer table;
  private final int count;

  /**
   * Where a convolution's kernel is also stored, with its taps in the opposite order and channels
   * and filters exchanged.
   *
   * @param at its first float in the buffer of flipped kernels
   * @param taps elements of its window
   */
  record Flip(int at, int taps, int channels, int filters) {
    /** A parameter that is not stored so. */
    static final Flip NONE = new Flip(-1, 1, 1, 1);
  }

  /**
   * The table for all trainable parameters.
   *
   * @param flips by a parameter's name, those that are also stored flipped
   */
  UpdateBlocks(UpdateCut cut, Parameters parameters, Gradients gradients, Map<String, Flip> flips) {
    this.cut = cut;
    this.count =
        parameters.trainables().stream()
            .mapToInt(name -> blocks(parameters.place(name), gradients.place(name)))
            .sum();
    this.table = Host.bytes(4L * FIELDS * count);
    for (String name : parameters.trainables()) {
      Flip flip = flips.getOrDefault(name, Flip.NONE);
      add(parameters.place(name), gradients.place(name), flip);
    }
    table.flip();
  }

  private int blocks(Parameters.Place place, Gradients.Place gradient) {
    return (place.floats() - 1) / cut.block(gradient.parts()) + 1;
  }

  private void add(Parameters.Place place, Gradients.Place gradient, Flip flip) {
    int block = cut.block(gradient.parts());
    for (int first = 0; first < place.floats(); first += block) {
      table.putInt(place.at() + first).putInt(gradient.at() + first);
      table.putInt(Math.min(block, place.floats() - first));
      table.putInt(gradient.parts()).putInt(gradient.stride()).putInt(first);
      table.putInt(flip.taps()).putInt(flip.channels()).putInt(flip.filters()).putInt(flip.at());
      table.putInt(0).putInt(0);
    }
  }

  /** What they are cut for. */
  UpdateCut cut() {
    return cut;
  }

  /** How many blocks there are. */
  int count() {
    return count;
  }

  /** A new buffer with the table. */
  long upload(Script script) {
    long buffer = script.memory().buffer(table.remaining(), "the table of parameters");
    if (count > 0) {
      script.cl().write(script.queue(), buffer, 0, table.duplicate().order(table.order()));
    }
    return buffer;
  }
}
