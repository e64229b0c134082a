package dev.jacquard.random;

/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw ("Parallel random
 * numbers: as easy as 1, 2, 3", SC 2011). A block of 128 random bits is a pure function of a 64-bit
 * key and a 128-bit counter, so any element's draw can be computed anywhere, in any order, by any
 * number of threads, with the same result.
 */
public final class Philox {
  private static final int M0 = 0xD2511F53;
  private static final int M1 = 0xCD9E8D57;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;
  private static final long LOW = 0xFFFFFFFFL;

  private Philox() {}

  /** What a draw is for; its own number in the counter keeps the streams apart. */
  public enum Purpose {
    /** Initial values of a parameter. */
    INITIALIZE(0),
    /** Which elements a dropout drops. */
    DROPOUT(1),
    /** The order of an epoch's samples. */
    SHUFFLE(2),
    /** Inputs that a test makes. */
    TEST(3);

    private final int code;

    Purpose(int code) {
      this.code = code;
    }
  }

  /**
   * Writes the four words of one block to {@code out[at .. at + 3]}.
   *
   * @param seed the key
   * @param c0 counter word 0: the block's index within the sample or tensor
   * @param c1 counter word 1: the sample's position in the epoch, or 0
   * @param c2 counter word 2: the training step or the epoch, or 0
   * @param c3 counter word 3: purpose and op, from {@link #stream}
   */
  public static void block(long seed, int c0, int c1, int c2, int c3, int[] out, int at) {
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int round = 0; round < 10; round++) {
      long p0 = (M0 & LOW) * (c0 & LOW);
      long p1 = (M1 & LOW) * (c2 & LOW);
      int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      c0 = n0;
      c2 = n2;
      k0 += W0;
      k1 += W1;
    }
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
  }

  /** The last counter word: a purpose in the top byte, an op's or parameter's number below. */
  public static int stream(Purpose purpose, int id) {
    return (purpose.code << 24) | (id & 0xFFFFFF);
  }

  /** The number in [0, 1) with 24 bits that a word stands for. */
  public static float unit(int word) {
    return (word >>> 8) * 0x1p-24f;
  }
}
