package dev.jacquard.random;

/**
 * How a dropout rate becomes bits, the same on every backend. A draw takes as few bits (1, 2, 4, 8
 * or 16) as represent the rate exactly, else 16. The elements of a sample, in canonical {@code [H,
 * W, C]} order, take consecutive draws: element {@code e} uses word {@code e / perWord} of its
 * sample's stream, and in it the {@code bits} bits from bit {@code bits * (e % perWord)} up; word
 * {@code w} is word {@code w % 4} of Philox block {@code w / 4}. The element is dropped if its draw
 * is below {@code threshold}.
 *
 * @param bits bits a draw: 1, 2, 4, 8 or 16
 * @param threshold draws below it drop the element
 * @param scale what kept elements are multiplied by, {@code 1 / (1 - rate)}
 */
public record Dropping(int bits, int threshold, float scale) {

  /**
   * The drawing for {@code rate} in [0, 0.999]. What 16 bits do not represent is dropped at the
   * nearest rate that they do, which leaves the mean within 1 %.
   */
  public static Dropping of(double rate) {
    int bits = 1;
    while (bits < 16 && rate * (1 << bits) != Math.rint(rate * (1 << bits))) {
      bits *= 2;
    }
    int threshold = (int) Math.rint(rate * (1 << bits));
    return new Dropping(bits, threshold, (float) (1 / (1 - rate)));
  }

  /** Draws a 32-bit word. */
  public int perWord() {
    return 32 / bits;
  }

  /** Draws a Philox block of four words. */
  public int perBlock() {
    return 128 / bits;
  }

  /** Whether the draw number {@code lane} of {@code word} drops its element. */
  public boolean drops(int word, int lane) {
    return ((word >>> (bits * lane)) & ((1 << bits) - 1)) < threshold;
  }
}
