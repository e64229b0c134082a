package dev.jacquard.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The chains do what is counted: each starts at 0.001 and goes on to 1 by 0.999 c + 0.001. */
class MultiplyAddsTest {
  @Test
  void everyChainIsCarriedThroughEveryRound() {
    for (int rounds : new int[] {0, 1, 2, 1000}) {
      double chain = 0.001;
      for (int round = 0; round < rounds; round++) {
        chain = chain * 0.999 + 0.001;
      }
      double sum = MultiplyAdds.CHAINS * chain;
      assertEquals(sum, Kernels.vector().multiplyAdds().run(rounds), 1e-5 * sum);
      assertEquals(sum, Kernels.scalar().multiplyAdds().run(rounds), 1e-5 * sum);
    }
  }

  @Test
  void aMultiplyAddIsTwoOperationsInEachLane() {
    assertEquals(2L * 10 * 7, Kernels.scalar().multiplyAdds().flops(7));
    assertEquals(2L * 10 * 7 * Kernels.vector().lanes(), Kernels.vector().multiplyAdds().flops(7));
  }
}
