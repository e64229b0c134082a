package dev.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.graph.Optimizer;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Garbage of a training step. Runs in a JVM of its own: what other tests leave in the JIT
 * compiler's profiles can make it box a vector here and there.
 */
class StepAllocationTest {
  private static final int BATCH = CpuSessionTest.BATCH;

  private static Stretch stretch(int steps) {
    Stretch stretch = new Stretch(BATCH, steps);
    stretch.clear(0);
    int[] order = {0, 1, 2, 3, 4, 5, 6, 7};
    for (int i = 0; i < steps; i++) {
      stretch.add(order, 0, BATCH, 0, 1e-4);
    }
    return stretch;
  }

  @Test
  void aSteadyStepMakesNoGarbage() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Device device = CpuSessionTest.device();
        Session session = device.session(CpuSessionTest.graph(), SessionConfig.of(1))) {
      ResidentData data = session.upload(CpuSessionTest.data());
      Trainer trainer = session.trainer(BATCH, Optimizer.Adam.defaults());
      Stretch stretch = stretch(200);
      StretchResult result = new StretchResult(200);
      long least = Long.MAX_VALUE;
      // Until everything is compiled, vectors are objects; then a stretch of any length is free.
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(300);
      while (least > 1000 && System.nanoTime() < deadline) {
        long before = threads.getCurrentThreadAllocatedBytes();
        trainer.run(data, stretch, result);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertTrue(least <= 1000, "200 steps allocated " + least + " bytes");
    }
  }
}
