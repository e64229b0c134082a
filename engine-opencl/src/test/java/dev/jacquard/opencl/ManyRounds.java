package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Window;
import dev.jacquard.opencl.binding.Bindings;
import dev.jacquard.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compiles and closes a small graph a thousand times and ends with an exception if something stays.
 * A program of its own: see {@link ManyRoundsTest}.
 */
final class ManyRounds {
  private static final int ROUNDS = 1000;
  private static final int WARM = 200;
  private static final int SAMPLED = 20;
  private static final long MEBIBYTE = 1 << 20;

  private ManyRounds() {}

  public static void main(String[] arguments) throws IOException {
    Graph graph = graph();
    FaultyCalls calls = new FaultyCalls();
    OpenClProvider provider = new OpenClProvider(name -> calls.over(Bindings.of(name)));
    BackendOptions options = BackendOptions.none();
    String id = provider.probe(options).devices().get(0).info().id();
    try (Device device = provider.open(id, options)) {
      // The least of many: compilers' work space, which comes and goes, is no leak.
      long early = Long.MAX_VALUE;
      long late = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        if (round % SAMPLED == 0 && round >= WARM && round < 2 * WARM) {
          early = Math.min(early, resident());
        } else if (round % SAMPLED == 0 && round >= ROUNDS - WARM) {
          late = Math.min(late, resident());
        }
        try (Session session = device.session(graph, SessionConfig.of(round))) {
          session.trainer(4, Optimizer.Adam.defaults());
          session.predictor(4);
          assertTrue(device.liveBuffers() > 0);
        }
        assertEquals(0, device.liveBuffers(), "after round " + round);
        for (String kind : new String[] {"Buffer", "SubBuffer", "Kernel", "Queue"}) {
          assertEquals(0, calls.alive(kind), kind + " after round " + round);
        }
      }
      long grown = late - early;
      System.out.printf("%d rounds, %d MiB more%n", ROUNDS, grown / MEBIBYTE);
      assertTrue(grown < 32 * MEBIBYTE, "resident memory grew by " + grown / MEBIBYTE + " MiB");
    }
    assertEquals(0, calls.alive("Program"));
    assertEquals(0, calls.alive("Context"));
  }

  private static Graph graph() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(6, 6, 1));
    int value = 0;
    Window window = Window.over(builder.shape(value), 3, 3, 1, 1, true);
    value = builder.add("conv", new Op.Conv2d(4, window, true), value);
    value = builder.add("norm", new Op.BatchNorm(0.99f, 1e-3f, true, true), value);
    value = builder.add("flatten", new Op.Flatten(), value);
    builder.add("dense", new Op.Dense(3, true), value);
    return builder.build("head", 0);
  }

  /** Bytes of the process in memory, as Linux has it; elsewhere 0. */
  private static long resident() throws IOException {
    System.gc();
    Path status = Path.of("/proc/self/statm");
    if (!Files.exists(status)) {
      return 0;
    }
    return Long.parseLong(Files.readString(status).split(" ", -1)[1]) * 4096;
  }
}
