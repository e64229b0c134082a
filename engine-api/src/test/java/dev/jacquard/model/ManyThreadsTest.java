package dev.jacquard.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.train.EpochResult;
import dev.jacquard.train.Evaluation;
import dev.jacquard.train.Recipe;
import dev.jacquard.train.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One model, used by many threads at once. */
class ManyThreadsTest {
  private static final int THREADS = 24;
  private static final DataSet DATA = Stripes.data("training", 64);

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

  /** Predictions come between stretches; each sees all of one state, never half of a step. */
  @Test
  void predictWhileTraining() throws Exception {
    Callable<Integer> caller =
        () -> {
          int calls = 0;
          for (; !Thread.currentThread().isInterrupted() && calls < 200; calls++) {
            for (float p : model.predict(samples(0, 2))) {
              assertTrue(p >= 0 && p <= 1);
            }
          }
          return calls;
        };
    List<Future<Integer>> callers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      callers.add(pool.submit(caller));
    }
    Recipe recipe = Recipe.of(Stripes.NETWORK, 1);
    model.train(DATA, Optional.of(DATA), recipe, List.of());
    for (Future<Integer> each : callers) {
      assertEquals(200, each.get());
    }
    assertTrue(model.evaluate(DATA).accuracy() > 0.9);
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

  /** Who comes too late is told so; nobody reads what is freed. */
  @Test
  void closingWaitsForPredictions() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    Callable<Integer> caller =
        () -> {
          for (int calls = 0; ; calls++) {
            try {
              model.predict(samples(0, 1));
              first.countDown();
            } catch (IllegalStateException e) {
              assertEquals("the model is closed", e.getMessage());
              return calls;
            }
          }
        };
    List<Future<Integer>> callers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      callers.add(pool.submit(caller));
    }
    first.await();
    model.close();
    for (Future<Integer> each : callers) {
      assertTrue(each.get() >= 0);
    }
  }
}
