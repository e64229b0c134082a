package dev.jacquard.train;

import dev.jacquard.random.Philox;

/**
 * The order in which each epoch takes the samples: a permutation that depends on nothing but size,
 * seed and epoch, the same on every backend. Fisher-Yates over counted draws: word {@code w} of the
 * epoch's stream is word {@code w % 4} of the Philox block with counter {@code (w / 4, 0, epoch,
 * stream(SHUFFLE, 0))}. A draw below a bound is Lemire's ("Fast random integer generation in an
 * interval", 2019), which is unbiased: a word that would favour some numbers is passed over. Not
 * thread-safe.
 */
public final class SampleOrder {
  private static final long LOW = 0xFFFFFFFFL;
  private static final int STREAM = Philox.stream(Philox.Purpose.SHUFFLE, 0);

  private final long seed;
  private final boolean shuffle;
  private final int[] order;
  private final int[] words = new int[4];
  private int epoch;
  private int drawn;

  /**
   * The orders of {@code size} samples.
   *
   * @param shuffle false for the data set's own order in every epoch
   */
  public SampleOrder(int size, long seed, boolean shuffle) {
    this.seed = seed;
    this.shuffle = shuffle;
    this.order = new int[size];
  }

  /**
   * The sample numbers in the order of epoch {@code epoch}, from 0. The array is reused by the next
   * call.
   */
  public int[] of(int epoch) {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    if (shuffle) {
      this.epoch = epoch;
      this.drawn = 0;
      for (int i = order.length - 1; i > 0; i--) {
        int j = below(i + 1);
        int kept = order[i];
        order[i] = order[j];
        order[j] = kept;
      }
    }
    return order;
  }

  /** A uniform number from 0 to {@code bound - 1}. */
  private int below(int bound) {
    long product = (word() & LOW) * bound;
    if ((product & LOW) < bound) {
      // The lowest 2^32 mod bound products are one too many for an even share.
      long surplus = (1L << 32) % bound;
      while ((product & LOW) < surplus) {
        product = (word() & LOW) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  private int word() {
    int lane = drawn & 3;
    if (lane == 0) {
      Philox.block(seed, drawn >>> 2, 0, epoch, STREAM, words, 0);
    }
    drawn++;
    return words[lane];
  }
}
