package dev.jacquard.benchmarks.jmh;

import dev.jacquard.cpu.kernel.Kernels;
import java.util.SplittableRandom;

/** The two implementations of the kernels. */
public enum KernelSet {
  /** The Vector API. */
  VECTOR,
  /** Plain Java. */
  SCALAR;

  Kernels kernels() {
    return switch (this) {
      case VECTOR -> Kernels.vector();
      case SCALAR -> Kernels.scalar();
    };
  }

  /**
   * What lets arrays of half a MiB begin where a cache line does, as the command's launcher sets
   * it.
   */
  static final String ALIGNING = "-XX:G1HeapRegionSize=1m";

  /** The collector that does so. */
  static final String COLLECTOR = "-XX:+UseG1GC";

  /** Where a cache line begins in such an array, behind its header. */
  static final int START = 12;

  /** A zeroed array with {@code count} numbers from {@link #START} on. */
  static float[] zeros(int count) {
    return new float[Math.max(128 * 1024, START + count)];
  }

  /** Numbers from -1 to 1 from {@link #START} on, the same at every call. */
  static float[] numbers(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] numbers = zeros(count);
    for (int i = START; i < START + count; i++) {
      numbers[i] = (float) random.nextDouble(-1, 1);
    }
    return numbers;
  }
}
