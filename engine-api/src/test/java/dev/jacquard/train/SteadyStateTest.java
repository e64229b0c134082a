package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import dev.jacquard.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the loop itself allocates, over a backend that does nothing. */
class SteadyStateTest {
  private static final int SAMPLES = 40_000;
  private static final long MOST_SECONDS = 60;

  /** An object a step would be 320,000. */
  private static final int FEW_BYTES = 4096;

  @Test
  void aStepMakesNoGarbage() {
    // Until the loop is compiled, which a busy machine puts off, iterators and the like are
    // objects.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    long least = Long.MAX_VALUE;
    while (least >= FEW_BYTES && System.nanoTime() < deadline) {
      least = Math.min(least, Math.abs(garbage()));
    }
    assertTrue(least < FEW_BYTES, least + " bytes in 20,000 steps");
  }

  /** Of 20,000 steps and one stretch: two trainings take the same arrays, one has so many more. */
  private static long garbage() {
    long fewer = allocated(20_000);
    return allocated(40_000) - fewer;
  }

  private static long allocated(long steps) {
    Recipe recipe =
        new Recipe(
            1, 1, Optimizer.Adam.defaults(), Schedule.ONE_CYCLE, 5, true, OptionalLong.of(steps));
    DataSet data = ToySession.data("training", SAMPLES);
    try (TrainingLoop loop =
        new TrainingLoop(
            new Idle(), ToySession.graph(), recipe, data, Optional.empty(), List.of(), () -> 0)) {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      assertEquals(steps, loop.run().progress().step());
      return threads.getCurrentThreadAllocatedBytes() - before;
    }
  }

  /** Trains on nothing. */
  private static final class Idle implements Session {
    @Override
    public List<String> tensors() {
      return List.of();
    }

    @Override
    public Tensor read(String name) {
      throw new AssertionError(name);
    }

    @Override
    public void write(String name, Tensor value) {
      throw new AssertionError(name);
    }

    @Override
    public ResidentData upload(DataSet data) {
      return new ResidentData() {
        @Override
        public int size() {
          return data.size();
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public Trainer trainer(int batch, Optimizer optimizer) {
      return new Trainer() {
        @Override
        public void run(ResidentData data, Stretch stretch, StretchResult result) {}

        @Override
        public Plan plan() {
          return new Plan(List.of(), 0, 0, "idle");
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public Predictor predictor(int batch) {
      throw new AssertionError(batch);
    }

    @Override
    public MemoryUse memory() {
      return new MemoryUse(0, 0, 0, 0);
    }

    @Override
    public List<StageTime> profile() {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
