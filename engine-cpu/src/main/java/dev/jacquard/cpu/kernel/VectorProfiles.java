package dev.jacquard.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.concurrent.locks.LockSupport;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Shows HotSpot, before any kernel is hot, every operation that kernels use on more than one type.
 *
 * <p>Kernels share the methods within the Vector API. If those had met floats only when they were
 * compiled, the first vector of ints would make them trap. HotSpot adds up the traps that it
 * remembers for each method that it inlines, and a kernel inlines them hundreds of times: beyond a
 * hundred (PerMethodTrapLimit) it compiles slow paths into the kernel, where vectors are objects,
 * megabytes a step. Whether that happened was a matter of luck: to 5 of 11 processes, at 1.1 to 5
 * times the time of a step. Where the compiler is short of processor time, this is over before
 * profiles are taken; {@code -XX:PerMethodTrapLimit=10000} helps in any case. A kernel that uses a
 * new operation adds it here.
 */
final class VectorProfiles {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class).check(int.class);
  private static final VectorSpecies<Long> LONGS = FLOATS.withLanes(long.class).check(long.class);

  /** More than the 200 calls after which code that takes profiles is compiled. */
  private static final int ROUNDS = 300;

  /** What the compiler is given to finish that code, before more rounds feed it. */
  private static final long PAUSE = 20_000_000;

  private VectorProfiles() {}

  /** Takes 0.1 to 0.2 s. */
  static void mix() {
    run(ROUNDS);
    LockSupport.parkNanos(PAUSE);
    run(ROUNDS);
  }

  private static void run(int rounds) {
    float[] floats = new float[FLOATS.length()];
    int[] ints = new int[INTS.length()];
    long[] longs = new long[LONGS.length()];
    for (int i = 0; i < rounds; i++) {
      floats(floats);
      ints(ints);
      longs(longs);
    }
  }

  private static void floats(float[] a) {
    FloatVector x = FloatVector.fromArray(FLOATS, a, 0);
    FloatVector y = FloatVector.broadcast(FLOATS, 2);
    x = x.fma(y, y).sub(x).mul(y).div(y).add(y).abs().sqrt();
    x = x.reinterpretAsInts().reinterpretAsFloats();
    x.blend(y, x.compare(LE, y).or(x.compare(NE, x))).intoArray(a, 0);
  }

  private static void ints(int[] a) {
    IntVector x = IntVector.fromArray(INTS, a, 0);
    IntVector y = IntVector.broadcast(INTS, 2);
    x = x.add(y).mul(y).and(y).or(y).lanewise(XOR, y).lanewise(LSHL, y);
    x = x.lanewise(ASHR, 3).lanewise(LSHL, 1).lanewise(LSHR, 1);
    x.blend(y, x.compare(LE, y)).intoArray(a, 0);
  }

  private static void longs(long[] a) {
    LongVector x = LongVector.fromArray(LONGS, a, 0);
    LongVector y = LongVector.broadcast(LONGS, 2);
    x = x.add(y).mul(y).and(y).or(y).lanewise(XOR, y).lanewise(LSHL, y);
    x = x.lanewise(ASHR, 3).lanewise(LSHL, 1).lanewise(LSHR, 1);
    x.blend(y, x.compare(LE, y)).intoArray(a, 0);
  }
}
