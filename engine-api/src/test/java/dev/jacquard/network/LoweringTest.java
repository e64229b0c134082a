package dev.jacquard.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Initializer;
import dev.jacquard.layer.ActivationFunction;
import dev.jacquard.layer.Dense;
import dev.jacquard.layer.FieldWriter;
import dev.jacquard.layer.Layer;
import dev.jacquard.layer.Lowering;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which node the loss is over. */
final class LoweringTest {

  /** A plug-in's layer that passes its first input on. */
  private record First() implements Layer {
    @Override
    public String type() {
      return "acme:first";
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public int lower(Lowering to) {
      return to.inputs().get(0);
    }

    @Override
    public void write(FieldWriter to) {}
  }

  @ParameterizedTest
  @EnumSource(names = {"LINEAR", "SOFTMAX"})
  void theLossIsOverTheLastLayersOutputEvenIfAnotherNodeIsNewer(ActivationFunction function) {
    Dense meant = new Dense(3, true, function, Initializer.GLOROT_UNIFORM);
    Dense other = new Dense(3, true, ActivationFunction.LINEAR, Initializer.GLOROT_UNIFORM);
    Network network =
        new Network(
            "branches",
            Shape.of(4),
            List.of(
                new NamedLayer("meant", meant, List.of(Network.INPUT)),
                new NamedLayer("other", other, List.of(Network.INPUT)),
                new NamedLayer("first", new First(), List.of("meant", "other"))),
            Optional.empty());
    Graph graph = network.lower(DType.F32);
    assertEquals("meant", graph.node(graph.head().inputs().get(0)).name());
    assertEquals(
        List.of(15L, 15L, 0L), network.summary().stream().map(LayerSummary::parameters).toList());
  }
}
