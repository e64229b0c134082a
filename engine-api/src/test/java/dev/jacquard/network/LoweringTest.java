package dev.jacquard.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Initializer;
import dev.jacquard.layer.ActivationFunction;
import dev.jacquard.layer.Dense;
import dev.jacquard.layer.FieldWriter;
import dev.jacquard.layer.Layer;
import dev.jacquard.layer.Lowering;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A layer of a plug-in may not leave a branch without a consumer. */
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
  void nothingIsLeftOver(ActivationFunction function) {
    Dense meant = new Dense(3, true, function, Initializer.GLOROT_UNIFORM);
    Dense other = new Dense(3, true, ActivationFunction.LINEAR, Initializer.GLOROT_UNIFORM);
    List<NamedLayer> layers =
        List.of(
            new NamedLayer("meant", meant, List.of(Network.INPUT)),
            new NamedLayer("other", other, List.of(Network.INPUT)),
            new NamedLayer("first", new First(), List.of("meant", "other")));
    Executable made = () -> new Network("branches", Shape.of(4), layers, Optional.empty());
    assertEquals(
        "other: nothing takes its output; a layer must use all of its inputs",
        assertThrows(JacquardException.class, made).getMessage());
  }
}
