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

  /** Numbers from -1 to 1, the same at every call. */
  static float[] numbers(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextDouble(-1, 1);
    }
    return numbers;
  }
}
