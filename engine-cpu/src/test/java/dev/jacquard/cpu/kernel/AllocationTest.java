package dev.jacquard.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Once compiled, kernels allocate nothing. A vector that the compiler had to box would show here,
 * and as a kernel that is tens of times slower.
 */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final int lanes = Kernels.vector().lanes();
  private final float[] x = new float[16 * 16 * lanes];
  private final float[] y = new float[16 * 16 * lanes];
  private final float[] z = new float[16 * 16 * lanes];
  private final float[] coef = new float[5 * lanes];
  private final int[] words = new int[16 * 16 * lanes];
  private final int[] codes = new int[16 * 16 * lanes];

  /**
   * Two copies of the kernel, of which one may fail: the JIT compiler boxed a vector in one of some
   * hundred copies, and why is not known. What is wrong with the kernel shows in both.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void chainsAllocateNothing(boolean pool) {
    long first = allocated(chain(pool, 4 / 3f));
    assertEquals(0, first == 0 ? 0 : allocated(chain(pool, 2f)), "bytes in 2000 runs");
  }

  private Runnable chain(boolean pool, float scale) {
    int row = 7 * lanes;
    ChainSpec spec =
        new ChainSpec(7, 7, lanes, row, row, row, true, 2, 1, scale, 0.1f, pool, true, pool);
    ChainKernel kernel = Kernels.vector().chain(spec);
    ChainGradKernel grad = Kernels.vector().chainGrad(spec);
    return () -> {
      kernel.forward(x, 0, coef, words, y, 0, codes, z, 0);
      grad.reduce(x, 0, coef, y, 0, codes, z, 0, coef, 0);
      grad.backward(x, 0, coef, y, 0, codes, 0, x, 0);
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7})
  void loopsAllocateNothing(int width) {
    Loops loops = Kernels.vector().loops();
    int row = width * lanes;
    MomentsKernel narrow = Kernels.vector().moments(new MomentsSpec(2, width, row, lanes, 1));
    MomentsKernel wide = Kernels.vector().moments(new MomentsSpec(2, width, row, 2 * lanes, 2));
    allocatesNothing(
        () -> {
          narrow.run(x, 0, 2, 2 * row, lanes, coef, 0, lanes);
          wide.run(x, 0, 2, 4 * row, 2 * lanes, coef, 0, 2 * lanes);
          loops.sums(x, 0, 2, 2 * row, 2, row, width, lanes, lanes, coef, 0);
          loops.add(x, 0, y, 0, row);
          loops.add(x, 0, lanes, y, 0, 2 * lanes, 2, lanes, 0.5f);
          loops.max(x, 0, lanes, 1, y, 0, codes, 0, width, lanes);
          loops.max(x, 0, lanes, 1, y, 0, null, 0, width, lanes);
          loops.addWhere(x, 0, codes, 0, 1, y, 0, lanes, width, lanes);
          loops.adam(x, y, z, coef, 0, lanes, 1e-3f, 0.9, 0.999, 1e-7f, 0);
          loops.momentum(x, y, z, 0, row, 1e-3f, 0.9f, true);
          loops.momentum(x, y, z, 0, row, 1e-3f, 0.9f, false);
          loops.descend(x, y, 0, row, 1e-3f);
          loops.philox(1, 2, 3, 4, 5, words, 9);
          loops.sigmoid(x, 0, y, 0, row + 1);
          loops.tanh(x, 0, y, 0, row + 1);
          loops.transpose(x, 0, lanes, y, 0, width, width);
          loops.transpose(x, 0, lanes, y, 0, lanes, lanes);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void winogradAllocatesNothing(int tile) {
    int size = 5;
    int row = 10 * lanes;
    WinogradKernel kernel =
        Kernels.vector().winograd(new WinogradSpec(tile, size, size, lanes, row, lanes, lanes));
    float[] tiles = new float[36 * 9 * lanes];
    float[] scratch = new float[WinogradKernel.SCRATCH];
    int step = 9 * lanes;
    allocatesNothing(
        () -> {
          kernel.input(x, 0, tiles, 0, step, scratch);
          kernel.output(tiles, 0, step, coef, 0, y, 0, scratch);
          kernel.spread(y, 0, tiles, 0, step, scratch);
          kernel.weights(z, 0, lanes, tiles, 0, step, lanes, scratch);
          kernel.weightGradient(tiles, 0, step, lanes, 3, z, 0, lanes, lanes, scratch);
        });
  }

  private static void allocatesNothing(Runnable kernels) {
    assertEquals(0, allocated(kernels), "bytes in 2000 runs");
  }

  /**
   * The bytes that 2000 runs allocate once they are compiled, which is waited for as long as it may
   * take on a busy machine.
   */
  private static long allocated(Runnable kernels) {
    long thread = Thread.currentThread().getId();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(300);
    long allocated;
    do {
      long before = THREADS.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 2000; i++) {
        kernels.run();
      }
      allocated = THREADS.getThreadAllocatedBytes(thread) - before;
    } while (allocated != 0 && System.nanoTime() < deadline);
    return allocated;
  }
}
