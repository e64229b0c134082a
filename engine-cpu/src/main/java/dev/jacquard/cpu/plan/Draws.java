package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.random.Dropping;
import dev.jacquard.random.Philox;

/**
 * A sample's dropout draws as chain kernels take them: a word for each vector of the image. Where a
 * vector's draws lie within one word of the random stream, the kernel gets that word and compares
 * the draws itself; elsewhere it gets one bit a lane, set if the element is kept.
 */
final class Draws {
  private final Dropping dropping;
  private final Layout layout;
  private final int lanes;
  private final int stream;
  private final boolean whole;
  private final int blocks;

  Draws(Dropping dropping, Layout layout, int lanes, int nodeId) {
    this.dropping = dropping;
    this.layout = layout;
    this.lanes = lanes;
    this.stream = Philox.stream(Philox.Purpose.DROPOUT, nodeId);
    this.whole = wholeWords(dropping, layout, lanes);
    int elements = layout.pixels() * layout.channels();
    this.blocks = (elements + dropping.perBlock() - 1) / dropping.perBlock();
  }

  /** Whether every vector's draws lie within one word. */
  static boolean wholeWords(Dropping dropping, Layout layout, int lanes) {
    return layout.channels() == layout.physical()
        && layout.channels() % lanes == 0
        && dropping.perWord() >= lanes;
  }

  /** Words that {@link #fill} needs in {@code words}. */
  int words() {
    return Math.max(layout.pixels() * layout.physical() / lanes, 4 * blocks) + 4 * lanes;
  }

  /** Words that {@link #fill} needs in {@code scratch}. */
  int scratch() {
    return 4 * (blocks + lanes);
  }

  /**
   * Fills {@code words} for the sample at {@code position} of the epoch in training step {@code
   * step}.
   */
  void fill(Loops loops, long seed, int position, int step, int[] words, int[] scratch) {
    if (whole && dropping.perWord() == lanes) {
      loops.philox(seed, 0, position, step, stream, words, blocks);
      return;
    }
    loops.philox(seed, 0, position, step, stream, scratch, blocks);
    if (whole) {
      split(scratch, words);
    } else {
      compress(scratch, words);
    }
  }

  /** Each word of the stream holds the draws of several vectors. */
  private void split(int[] stream, int[] words) {
    int each = dropping.perWord() / lanes;
    int apart = lanes * dropping.bits();
    int count = layout.pixels() * layout.physical() / lanes;
    // No division by what is unknown to the compiler: it would take longer than all else.
    for (int from = 0, to = 0; to < count; from++) {
      int word = stream[from];
      for (int i = 0; i < each && to < count; i++, to++) {
        words[to] = word >>> (i * apart);
      }
    }
  }

  private void compress(int[] stream, int[] words) {
    int perPixel = layout.physical() / lanes;
    java.util.Arrays.fill(words, 0, layout.pixels() * perPixel, 0);
    int perWord = dropping.perWord();
    int element = 0;
    for (int pixel = 0; pixel < layout.pixels(); pixel++) {
      for (int k = 0; k < layout.channels(); k++, element++) {
        if (!dropping.drops(stream[element / perWord], element % perWord)) {
          int at = layout.physical(k);
          words[pixel * perPixel + at / lanes] |= 1 << (at % lanes);
        }
      }
    }
  }
}
