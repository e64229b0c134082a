package dev.jacquard.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChainTest {
  private static final Op NORM = new Op.BatchNorm(0.99f, 1e-3f, true, true);
  private static final Op LEAKY = activation(Op.Activation.Function.LEAKY_RELU, 0.1f);
  private static final Op DROP = new Op.Dropout(0.25);

  private final GraphBuilder builder = GraphBuilder.overBytes(Shape.of(7, 5, 3));

  private static Op activation(Op.Activation.Function function, float slope) {
    return new Op.Activation(function, slope);
  }

  private Op pool(int from, int size) {
    return new Op.MaxPool(Window.over(builder.shape(from), size, size, size, size, true));
  }

  /** Ends the network, and returns the names of the chain that begins with {@code first}. */
  private List<String> chain(int first, int last) {
    int flat = builder.add("flat", new Op.Flatten(), last);
    builder.add("out", new Op.Dense(2, true), flat);
    Graph graph = builder.build("head", 0);
    Chain chain = Chain.from(graph, graph.node(first), false);
    return chain == null ? List.of() : chain.nodes().stream().map(Node::name).toList();
  }

  @Test
  void takesAllThatFollowInOrder() {
    int norm = builder.add("norm", NORM, 0);
    int act = builder.add("act", LEAKY, norm);
    int drop = builder.add("drop", DROP, act);
    int pool = builder.add("pool", pool(drop, 2), drop);
    assertEquals(List.of("norm", "act", "drop", "pool"), chain(norm, pool));
  }

  @Test
  void tellsWhatItConsistsOf() {
    int act = builder.add("act", LEAKY, 0);
    int drop = builder.add("drop", DROP, act);
    builder.add("flat", new Op.Flatten(), drop);
    builder.add("out", new Op.Dense(2, true), drop + 1);
    Graph graph = builder.build("head", 0);
    Chain chain = Chain.from(graph, graph.node(act), false);
    assertEquals(0, chain.input());
    assertEquals(drop, chain.output());
    assertEquals(0.1f, chain.slope());
    assertEquals("drop", chain.dropout().name());
    assertNull(chain.norm());
    assertFalse(chain.pools());
    assertFalse(chain.vanishes());
    assertTrue(Chain.from(graph, graph.node(drop), false).vanishes());
    assertEquals(1, Chain.from(graph, graph.node(act), true).nodes().size());
  }

  @Test
  void endsWhereTheOrderTurnsBack() {
    int act = builder.add("act", LEAKY, 0);
    int norm = builder.add("norm", NORM, act);
    assertEquals(List.of("act"), chain(act, norm));
  }

  @Test
  void endsWhereAnotherReadsToo() {
    int norm = builder.add("norm", NORM, 0);
    int act = builder.add("act", LEAKY, norm);
    int sum = builder.add("sum", new Op.Add(), norm, act);
    assertEquals(List.of("norm"), chain(norm, sum));
  }

  @Test
  void leavesOutWhatIsNotPiecewiseLinearOrFallsOrHasAnotherWindow() {
    int tanh = builder.add("tanh", activation(Op.Activation.Function.TANH, 0), 0);
    int falls = builder.add("falls", activation(Op.Activation.Function.LEAKY_RELU, -1), tanh);
    int pool = builder.add("pool", pool(falls, 3), falls);
    Graph graph = last(pool);
    for (int node : new int[] {tanh, falls, pool}) {
      assertNull(Chain.from(graph, graph.node(node), false), graph.node(node).name());
    }
  }

  private Graph last(int value) {
    int flat = builder.add("flat", new Op.Flatten(), value);
    builder.add("out", new Op.Dense(2, true), flat);
    return builder.build("head", 0);
  }
}
