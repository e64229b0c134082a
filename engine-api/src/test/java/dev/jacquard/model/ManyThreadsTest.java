package dev.jacquard.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import dev.jacquard.train.EarlyStopping;
import dev.jacquard.train.EarlyStopping.Monitor;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Recipe;
import dev.jacquard.train.StretchEvent;
import dev.jacquard.train.TrainingListener;
import dev.jacquard.train.TrainingResult;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** One model, used by many threads at once. */
class ManyThreadsTest {
  private static final int THREADS = 24;
  private static final DataSet DATA = Stripes.data("training", 64);

  private static final Recipe EPOCHS_100 =
      new Recipe(
          100,
          8,
          new Optimizer.Adam(0.01, 0.9, 0.999, 1e-7),
          Schedule.CONSTANT,
          1,
          true,
          OptionalLong.empty());

  @TempDir Path folder;
  private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);
  private Model model;

  @BeforeEach
  void create() {
    model = Model.create(Stripes.NETWORK, Stripes.onReference(folder));
  }

  @AfterEach
  void close() {
    pool.shutdownNow();
    model.close();
  }

  private static byte[] samples(int first, int count) {
    return Arrays.copyOfRange(DATA.bytes(), first * 16, (first + count) * 16);
  }

  /** Also the first calls, which compile. */
  @Test
  void predictSideBySide() throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Future<float[]>> together = new ArrayList<>();
    for (int i = 0; i < 480; i++) {
      byte[] samples = samples(i % 40, 1 + i % 3);
      together.add(
          pool.submit(
              () -> {
                start.await();
                return model.predict(samples);
              }));
    }
    start.countDown();
    for (int i = 0; i < together.size(); i++) {
      assertArrayEquals(model.predict(samples(i % 40, 1 + i % 3)), together.get(i).get());
    }
  }

  /**
   * Predictions come between stretches, and each sees what one of them left, never half of a step
   * or of the best parameters while these are put back.
   */
  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void predictWhileTraining() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    AtomicInteger calls = new AtomicInteger();
    Callable<Set<FloatBuffer>> caller =
        () -> {
          Set<FloatBuffer> seen = new HashSet<>();
          while (!ended.get()) {
            seen.add(FloatBuffer.wrap(model.predict(samples(0, 2))));
            calls.incrementAndGet();
          }
          return seen;
        };
    Set<FloatBuffer> left = new HashSet<>(Set.of(FloatBuffer.wrap(model.predict(samples(0, 2)))));
    TrainingListener looking =
        new TrainingListener() {
          @Override
          public void onStretch(StretchEvent event) {
            left.add(FloatBuffer.wrap(model.predict(samples(0, 2))));
          }

          @Override
          public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
            int enough = calls.get() + 8;
            while (calls.get() < enough) {
              Thread.onSpinWait();
            }
          }
        };
    // The first epoch is the best, as none improves by 9.
    EarlyStopping restoring =
        new EarlyStopping(Monitor.LOSS, 30, 9).restoringBest(folder.resolve("best.safetensors"));
    List<Future<Set<FloatBuffer>>> callers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      callers.add(pool.submit(caller));
    }
    TrainingResult result;
    try {
      result = model.train(DATA, Optional.of(DATA), EPOCHS_100, List.of(looking, restoring));
    } finally {
      ended.set(true);
    }
    assertEquals(31, result.progress().epoch());
    Set<FloatBuffer> seen = new HashSet<>();
    for (Future<Set<FloatBuffer>> each : callers) {
      seen.addAll(each.get());
    }
    assertTrue(seen.size() >= 31, () -> seen.size() + " states were seen");
    seen.removeAll(left);
    assertEquals(Set.of(), seen, "states that no stretch left");
  }

  @Test
  void listenersMayPredictButNotTrain() {
    List<float[]> seen = new ArrayList<>();
    Recipe recipe = Recipe.of(Stripes.NETWORK, 1);
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
            seen.add(model.predict(samples(0, 1)));
            JacquardException refused =
                assertThrows(
                    JacquardException.class,
                    () -> model.train(DATA, Optional.empty(), recipe, List.of()));
            assertTrue(refused.getMessage().contains("trained already"), refused.getMessage());
          }
        };
    model.train(DATA, Optional.empty(), recipe, List.of(listener));
    assertEquals(recipe.epochs(), seen.size());
    assertFalse(Arrays.equals(seen.get(0), seen.get(1)));
    assertArrayEquals(seen.get(seen.size() - 1), model.predict(samples(0, 1)));
  }

  @Test
  void closingEndsATraining() {
    TrainingListener closing =
        new TrainingListener() {
          @Override
          public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
            model.close();
          }
        };
    Recipe recipe = Recipe.of(Stripes.NETWORK, 1);
    IllegalStateException ended =
        assertThrows(
            IllegalStateException.class,
            () -> model.train(DATA, Optional.of(DATA), recipe, List.of(closing)));
    assertEquals("the model is closed", ended.getMessage());
  }

  /** Who comes too late is told so; who came in time gets what he asked for. */
  @Test
  void closingWaitsForPredictions() throws Exception {
    float[] expected = model.predict(samples(0, 3));
    CountDownLatch first = new CountDownLatch(THREADS);
    Callable<Void> caller =
        () -> {
          while (true) {
            try {
              assertArrayEquals(expected, model.predict(samples(0, 3)));
              first.countDown();
            } catch (IllegalStateException e) {
              assertEquals("the model is closed", e.getMessage());
              return null;
            }
          }
        };
    List<Future<Void>> callers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      callers.add(pool.submit(caller));
    }
    first.await();
    model.close();
    for (Future<Void> each : callers) {
      each.get();
    }
  }
}
