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

/** Garbage of steps with Winograd's convolutions, as {@link StepAllocationTest} of the others. */
class WinogradAllocationTest {
  @Test
  void steadyStepsMakeNoGarbage() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // One thread, so that all that is allocated is counted.
    try (Device device = WinogradTest.device("4", "auto", 1);
        Session session = device.session(WinogradTest.graph(), SessionConfig.of(1));
        ResidentData data = session.upload(WinogradTest.data())) {
      Trainer trainer = session.trainer(21, Optimizer.Adam.defaults());
      Stretch stretch = WinogradTest.stretch();
      StretchResult result = new StretchResult(2);
      long least = Long.MAX_VALUE;
      // Until everything is compiled, vectors are objects; then steps are free.
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(300);
      while (least > 1000 && System.nanoTime() < deadline) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20; i++) {
          trainer.run(data, stretch, result);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertTrue(least <= 1000, "40 steps allocated " + least + " bytes");
    }
  }
}
