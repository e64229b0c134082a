package dev.jacquard.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.jacquard.random.Philox;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Philox} in the Vector API: one block in each lane of 64 bits, whose products of 32-bit
 * words are then exact.
 */
final class VectorPhilox {
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;
  private static final long LOW = 0xFFFFFFFFL;

  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final int LANES = LONGS.length();
  private static final long[] INDEX = index();

  /** Each lane of the lower half twice, and of the upper half: what interleaves two vectors. */
  private static final VectorShuffle<Long> LOWER = VectorShuffle.fromOp(LONGS, i -> i / 2);

  private static final VectorShuffle<Long> UPPER =
      VectorShuffle.fromOp(LONGS, i -> (LANES + i) / 2);
  private static final VectorMask<Long> ODD = VectorMask.fromLong(LONGS, 0xAAAAAAAAAAAAAAAAL);

  /**
   * Whether this beats plain Java: shorter vector units have no product of longs, and that of
   * AVX2's substitute is no faster; on others the products would be boxed.
   */
  static final boolean PAYS = LANES >= 8;

  private VectorPhilox() {}

  private static long[] index() {
    long[] index = new long[LANES];
    for (int i = 0; i < LANES; i++) {
      index[i] = i;
    }
    return index;
  }

  static void blocks(long seed, int first, int c1, int c2, int c3, int[] out, int blocks) {
    int whole = blocks / LANES * LANES;
    for (int b = 0; b < whole; b += LANES) {
      group(seed, first + b, c1, c2, c3, out, 4 * b);
    }
    for (int b = whole; b < blocks; b++) {
      Philox.block(seed, first + b, c1, c2, c3, out, 4 * b);
    }
  }

  private static void group(long seed, int first, int c1, int c2, int c3, int[] out, int at) {
    LongVector low = LongVector.broadcast(LONGS, LOW);
    LongVector x0 = LongVector.fromArray(LONGS, INDEX, 0).add(first & LOW).and(low);
    LongVector x1 = LongVector.broadcast(LONGS, c1 & LOW);
    LongVector x2 = LongVector.broadcast(LONGS, c2 & LOW);
    LongVector x3 = LongVector.broadcast(LONGS, c3 & LOW);
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int round = 0; round < 10; round++) {
      LongVector p0 = x0.mul(M0);
      LongVector p1 = x2.mul(M1);
      x0 = p1.lanewise(LSHR, 32).lanewise(XOR, x1).lanewise(XOR, k0 & LOW);
      x2 = p0.lanewise(LSHR, 32).lanewise(XOR, x3).lanewise(XOR, k1 & LOW);
      x1 = p1.and(low);
      x3 = p0.and(low);
      k0 += W0;
      k1 += W1;
    }
    LongVector front = x0.or(x1.lanewise(LSHL, 32));
    LongVector back = x2.or(x3.lanewise(LSHL, 32));
    // A rearrangement of two vectors at once allocates on JDK 17.
    LongVector lower = front.rearrange(LOWER).blend(back.rearrange(LOWER), ODD);
    LongVector upper = front.rearrange(UPPER).blend(back.rearrange(UPPER), ODD);
    lower.reinterpretAsInts().intoArray(out, at);
    upper.reinterpretAsInts().intoArray(out, at + 2 * LANES);
  }
}
