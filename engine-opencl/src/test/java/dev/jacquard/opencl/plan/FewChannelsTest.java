package dev.jacquard.opencl.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Presets of a first convolution for devices that are not here. */
final class FewChannelsTest {
  private static final int ITEMS = 256;

  private static Linear conv(int side, int kernel, int filters) {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(side, side, 1));
    Window window = Window.over(builder.shape(0), kernel, kernel, 1, 1, true);
    int value = builder.add("conv", new Op.Conv2d(filters, window, true), 0);
    value = builder.add("flatten", new Op.Flatten(), value);
    builder.add("dense", new Op.Dense(2, true), value);
    Graph graph = builder.build("head", 0);
    return Linear.of(graph, graph.node(1));
  }

  private static int strip(Linear l, long local) {
    try (Context context = new FakeCalls().context(new Limits(false, false, 8, 1, ITEMS, local));
        Script script = new Script(context, 1, "")) {
      return new FewChannels(script, null, 64, 0).strip(l);
    }
  }

  /** All rows of a side of 60 take little less than half of 32 KiB. */
  @ParameterizedTest
  @ValueSource(ints = {28, 60, 64, 120, 500})
  void leavesRoomForWhatItemsAdd(int side) {
    for (int kernel : new int[] {1, 3, 5}) {
      for (int filters : new int[] {1, 6, 32, 64}) {
        Linear l = conv(side, kernel, filters);
        for (long local : new long[] {32 << 10, 48 << 10}) {
          long patch = FewChannels.patchBytes(l, strip(l, local));
          for (int vector : new int[] {1, 2, 4}) {
            long bytes = patch + FewChannels.lanesBytes(l, ITEMS * vector) + 16;
            assertTrue(bytes <= local, l.window() + ": " + bytes + " of " + local);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16 << 10})
  void leavesALayerToOthersWhereThereIsNoRoom(int local) {
    assertEquals(0, strip(conv(28, 3, 32), local));
  }
}
