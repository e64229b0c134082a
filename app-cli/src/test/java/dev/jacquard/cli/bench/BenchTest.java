package dev.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Shape;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a device that does nothing but count. */
class BenchTest {
  private static final int BATCH = 4;
  private static final int SAMPLES = 11;
  private static final Plan PLAN =
      new Plan(List.of(new Plan.Stage("dense", List.of(), "gemm", "", 1, 1)), 1, 0, "");

  private static final MemoryUse MEMORY = new MemoryUse(1, 2, 3, 4);

  /** The sizes of the steps since the profile was last asked for, and of those before. */
  private List<Integer> sizes = new ArrayList<>();

  private final List<List<Integer>> profiled = new ArrayList<>();
  private int sessions;
  private boolean times;

  private Measured measure() {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(1));
    builder.add("dense", new Op.Dense(2, true), 0);
    Graph graph = builder.build("head", 0);
    DataSet data =
        DataSet.ofFloats(
            "dots", Shape.of(1), new float[SAMPLES], new int[SAMPLES], List.of("a", "b"));
    Device device = fake(Device.class, (self, method, arguments) -> session(arguments));
    return new Bench(device, graph, SessionConfig.of(1), new Bench.Limits(0.01, 1000))
        .training(data, BATCH, Optimizer.Adam.defaults());
  }

  private Session session(Object[] arguments) {
    sessions++;
    boolean kept = times && ((SessionConfig) arguments[1]).profile();
    return fake(
        Session.class,
        (self, method, more) ->
            switch (method.getName()) {
              case "upload" -> fake(ResidentData.class, (it, called, none) -> null);
              case "trainer" -> fake(Trainer.class, this::train);
              case "profile" -> profile(kept);
              case "memory" -> MEMORY;
              default -> null;
            });
  }

  private List<StageTime> profile(boolean kept) {
    profiled.add(sizes);
    sizes = new ArrayList<>();
    return kept ? List.of(new StageTime("dense", 1, 1000)) : List.of();
  }

  private Object train(Object self, Method method, Object[] arguments) {
    if (method.getName().equals("plan")) {
      return PLAN;
    }
    if (method.getName().equals("run")) {
      Stretch stretch = (Stretch) arguments[1];
      for (int step = 0; step < stretch.steps(); step++) {
        sizes.add(stretch.size(step));
      }
    }
    return null;
  }

  private static <T> T fake(Class<T> type, InvocationHandler calls) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls));
  }

  /** Stages are counted for full batches, and an epoch ends with one that is not. */
  @Test
  void onlyFullBatchesAreProfiledAndMoreThanAFew() {
    times = true;
    Measured measured = measure();
    assertEquals(2, sessions);
    List<List<Integer>> rounds = profiled.subList(profiled.size() - 5, profiled.size());
    int each = rounds.get(0).size();
    assertTrue(each >= 1, rounds.toString());
    assertEquals(5 * each, measured.profiled());
    for (List<Integer> round : rounds) {
      assertEquals(Collections.nCopies(each, BATCH), round);
    }
    assertEquals(1e-6 / each, measured.stages().get(0).seconds(), 1e-12);
    assertEquals(MEMORY, measured.memory());
  }

  @Test
  void aBackendWithoutTimesHasNoStages() {
    Measured measured = measure();
    assertEquals(List.of(), measured.stages());
    assertEquals(0, measured.profiled());
    assertEquals(3, measured.rounds().whole());
  }
}
