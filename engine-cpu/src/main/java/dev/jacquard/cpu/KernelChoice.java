package dev.jacquard.cpu;

import dev.jacquard.backend.Work;
import dev.jacquard.cpu.kernel.Kernels;

/**
 * Which kernels a session computes with. The Vector API's are several times faster once they are
 * compiled, but in a fresh JVM that takes seconds, and until then they are slower than plain Java
 * by far.
 */
@FunctionalInterface
interface KernelChoice {
  /** The kernels for so much work. */
  Kernels of(Work work);

  /** These, whatever there is to do. */
  static KernelChoice always(Kernels kernels) {
    return work -> kernels;
  }

  /** Plain Java for little, else the fastest, which are looked for when they are first needed. */
  static KernelChoice byWork() {
    return new KernelChoice() {
      private Kernels best;

      @Override
      public synchronized Kernels of(Work work) {
        if (work.isLittle()) {
          return Kernels.scalar();
        }
        if (best == null) {
          best = Kernels.best();
        }
        return best;
      }
    };
  }
}
