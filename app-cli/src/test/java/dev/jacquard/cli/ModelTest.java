package dev.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.Split;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.model.Model;
import dev.jacquard.model.ModelOptions;
import dev.jacquard.network.Network;
import dev.jacquard.train.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command trains, a program can use, and the other way round. */
class ModelTest {
  private static final ModelOptions ON_CPU = ModelOptions.defaults().withBackend("cpu");

  @TempDir Path folder;

  private DataSet data(Split split) {
    return FashionMnist.load(folder.resolve("data"), split);
  }

  private Path trained() {
    Path run = folder.resolve("run");
    Outcome outcome = Outcome.with(Tiny.train(folder), "--out", run, "--quiet");
    assertEquals(0, outcome.status(), outcome.err());
    return run;
  }

  @Test
  void loadsARunAndIsAsGoodAsTheCommandSays() {
    Path run = trained();
    Outcome evaluated =
        Outcome.of("evaluate", run, "--backend", "cpu", "--data", folder.resolve("data"), "--json");
    try (Model model = Model.load(run, ON_CPU)) {
      DataSet test = data(Split.TEST);
      assertEquals("cpu", model.device().id());
      assertEquals(
          evaluated.json().get("test_accuracy").asDouble(), model.evaluate(test).accuracy());
      float[] all = model.predict(test.bytes());
      for (int i = 0; i < test.size(); i++) {
        float[] one = model.predict(Arrays.copyOfRange(test.bytes(), i * 784, (i + 1) * 784));
        assertArrayEquals(Arrays.copyOfRange(all, i * 10, (i + 1) * 10), one, 1e-6f);
      }
    }
  }

  /** The same steps, so the same bits. */
  @Test
  void trainsToTheBitsOfTheCommand() {
    Path run = trained();
    Path file = folder.resolve("mine.safetensors");
    try (Model theirs = Model.load(run, ON_CPU);
        Model mine = Model.create(theirs.network(), ON_CPU.withSeed(1))) {
      mine.train(
          data(Split.TRAIN),
          Optional.of(data(Split.TEST)),
          Recipe.of(mine.network(), 1),
          List.of());
      byte[] samples = data(Split.TEST).bytes();
      assertArrayEquals(theirs.predict(samples), mine.predict(samples));
      mine.save(file);
    }
    Outcome evaluated =
        Outcome.of("evaluate", file, "--backend", "cpu", "--data", folder.resolve("data"));
    assertEquals(0, evaluated.status(), evaluated.err());
  }

  @Test
  void predictsFromManyThreads() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(32);
    try (Model model = Model.load(trained(), ON_CPU)) {
      byte[] samples = data(Split.TEST).bytes();
      List<Future<float[]>> together = new ArrayList<>();
      for (int i = 0; i < 640; i++) {
        byte[] some = some(samples, i);
        together.add(pool.submit(() -> model.predict(some)));
      }
      for (int i = 0; i < together.size(); i++) {
        assertArrayEquals(model.predict(some(samples, i)), together.get(i).get());
      }
    } finally {
      pool.shutdown();
    }
  }

  /** What others predict meanwhile changes nothing in a training, and closing ends it. */
  @Test
  void predictsWhileItTrains() throws Exception {
    DataSet training = FashionMnist.load(Tiny.data(folder), Split.TRAIN);
    byte[] samples = Arrays.copyOf(training.bytes(), 5 * 784);
    Network network = Network.read(Tiny.network(folder), LayerTypes.builtIn());
    Recipe recipe = Recipe.of(network, 1);
    float[] alone;
    try (Model model = Model.create(network, ON_CPU)) {
      model.train(training, Optional.empty(), recipe, List.of());
      alone = model.predict(samples);
    }
    ExecutorService pool = Executors.newFixedThreadPool(8);
    Model model = Model.create(network, ON_CPU);
    try {
      List<Future<Integer>> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        callers.add(pool.submit(() -> untilClosed(model, samples)));
      }
      model.train(training, Optional.empty(), recipe, List.of());
      assertArrayEquals(alone, model.predict(samples));
      model.close();
      for (Future<Integer> each : callers) {
        assertTrue(each.get() >= 0);
      }
    } finally {
      model.close();
      pool.shutdown();
    }
  }

  private static int untilClosed(Model model, byte[] samples) {
    for (int calls = 0; ; calls++) {
      try {
        for (float p : model.predict(samples)) {
          assertTrue(p >= 0 && p <= 1, () -> "a probability is " + p);
        }
      } catch (IllegalStateException e) {
        assertEquals("the model is closed", e.getMessage());
        return calls;
      }
    }
  }

  private static byte[] some(byte[] samples, int i) {
    int first = i % 15;
    return Arrays.copyOfRange(samples, first * 784, (first + 1 + i % 2 * 4) * 784);
  }

  @Test
  void takesTheBackendsOptionsAndNoOthers() {
    Path run = trained();
    try (Model model = Model.load(run, ON_CPU.withBackendOptions(Map.of("threads", "1")))) {
      assertEquals(10, model.predict(new byte[784]).length);
    }
    JacquardException refused =
        assertThrows(
            JacquardException.class,
            () -> Model.load(run, ON_CPU.withBackendOptions(Map.of("no-cache", "true"))).close());
    assertTrue(
        refused.getMessage().startsWith("backend option no-cache: cpu has no such option"),
        refused.getMessage());
  }
}
