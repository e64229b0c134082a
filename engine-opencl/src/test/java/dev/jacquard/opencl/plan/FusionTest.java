package dev.jacquard.opencl.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a graph is cut for devices that are not here. */
final class FusionTest {
  private static final ChainShape SHAPE =
      new ChainShape(new Limits(false, false, 8, 1, 256, 48 << 10));

  private static Graph classifier(int units, int classes) {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(8, 8, 1));
    int value = builder.add("flatten", new Op.Flatten(), 0);
    value = builder.add("hidden", new Op.Dense(units, true), value);
    builder.add("dense", new Op.Dense(classes, true), value);
    return builder.build("head", 0);
  }

  /** Every four samples make a part of the weights' gradient. */
  @ParameterizedTest
  @CsvSource({
    "128, 10, 64, true",
    "128, 10, 8192, true",
    "128, 1000, 0, true",
    "128, 1000, 64, true",
    "128, 1000, 4096, false"
  })
  void hasATailUnlessItsPartsAreTooLarge(int units, int classes, int samples, boolean tail) {
    Fusion fusion = new Fusion(classifier(units, classes), SHAPE, true, samples);
    assertEquals(tail, fusion.tail() != null);
  }

  /** On a processor a group has all channels, and the draws of each in local memory. */
  @ParameterizedTest
  @CsvSource({"32, 6272, false", "1024, 6272, true", "1024, 131072, false"})
  void fusesADropoutOnlyIfItsDrawsFit(int kilobytes, int units, boolean fused) {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(units));
    int dropout = builder.add("dropout", new Op.Dropout(0.3), 0);
    int value = builder.add("hidden", new Op.Dense(64, true), dropout);
    builder.add("dense", new Op.Dense(10, true), value);
    Graph graph = builder.build("head", 0);
    Limits processor = new Limits(true, true, 2, 8, 4096, kilobytes << 10);
    Fusion fusion = new Fusion(graph, new ChainShape(processor), true, 64);
    assertEquals(fused, fusion.chain(graph.node(dropout)) != null);
  }

  @Test
  void cutsNothingOutWithoutFusion() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(8, 8, 1));
    Window window = Window.over(builder.shape(0), 3, 3, 1, 1, true);
    int value = builder.add("conv", new Op.Conv2d(4, window, false), 0);
    int norm = builder.add("norm", new Op.BatchNorm(0.99f, 1e-3f, true, true), value);
    value = builder.add("flatten", new Op.Flatten(), norm);
    builder.add("dense", new Op.Dense(10, true), value);
    Graph graph = builder.build("head", 0);
    Fusion whole = new Fusion(graph, SHAPE, true, 64);
    assertTrue(whole.gathers());
    assertNotNull(whole.tail());
    assertNotNull(whole.chain(graph.node(norm)));
    Fusion fusion = new Fusion(graph, SHAPE, false, 64);
    assertFalse(fusion.gathers());
    assertNull(fusion.tail());
    for (Node node : graph.nodes()) {
      assertNull(fusion.chain(node), node.name());
      assertFalse(fusion.covers(node), node.name());
    }
  }
}
