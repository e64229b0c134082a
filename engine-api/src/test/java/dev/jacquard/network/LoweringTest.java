package dev.jacquard.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Initializer;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.layer.ActivationFunction;
import dev.jacquard.layer.Dense;
import dev.jacquard.layer.FieldWriter;
import dev.jacquard.layer.Flatten;
import dev.jacquard.layer.Layer;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.layer.Lowering;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a layer of a plug-in may not do to the graph, and what it may leave out of it. */
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

  /** A plug-in's pooling that goes one step too far. */
  private record TooFar() implements Layer {
    @Override
    public String type() {
      return "acme:too-far";
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.of(5, 4, 1);
    }

    @Override
    public int lower(Lowering to) {
      return to.add(new Op.MaxPool(new Window(2, 2, 2, 2, 0, 0, 5, 4)));
    }

    @Override
    public void write(FieldWriter to) {}
  }

  /** A plug-in's layer that counts on an image. */
  private record Upright() implements Layer {
    @Override
    public String type() {
      return "acme:upright";
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.of(List.of(inputs.get(0).elements()).get(1));
    }

    @Override
    public int lower(Lowering to) {
      return to.inputs().get(0);
    }

    @Override
    public void write(FieldWriter to) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aLayerThatFailsIsNamedWithItsJar() {
    List<NamedLayer> layers = List.of(new NamedLayer("up", new Upright(), List.of(Network.INPUT)));
    Executable made = () -> new Network("up", Shape.of(8), layers, Optional.empty());
    String message = assertThrows(JacquardException.class, made).getMessage();
    String jar = getClass().getProtectionDomain().getCodeSource().getLocation().getPath();
    String start =
        "layers[0] \"up\": layer type \"acme:upright\" of " + jar + " failed: java.lang.";
    assertTrue(message.startsWith(start), message);
    assertTrue(message.contains(" at " + Upright.class.getName() + ".outputShape("), message);
    assertTrue(message.endsWith("; repair it, or remove it"), message);
  }

  @Test
  void noWindowLeavesItsInput() {
    List<NamedLayer> layers =
        List.of(
            new NamedLayer("far", new TooFar(), List.of(Network.INPUT)),
            new NamedLayer("flatten", new Flatten(), List.of("far")));
    Executable made = () -> new Network("far", Shape.of(8, 8, 1), layers, Optional.empty());
    assertEquals(
        "layers[0] \"far\": far: expected a window that begins inside its input [8, 8, 1] wherever"
            + " it stands, received Window[kernelH=2, kernelW=2, strideH=2, strideW=2, top=0,"
            + " left=0, outH=5, outW=4]; give it fewer positions or smaller strides",
        assertThrows(JacquardException.class, made).getMessage());
  }

  @Test
  void flatteningAVectorTakesNoNode() {
    String flattens = "{\"type\": \"Flatten\"}, ".repeat(9_900);
    Network network =
        Network.parse(
            "{\"input_shape\": [2, 2, 1], \"layers\": ["
                + flattens
                + "{\"type\": \"Dense\", \"units\": 3}]}",
            LayerTypes.builtIn());
    assertEquals(
        List.of("input", "flatten", "dense", "head"),
        network.lower(DType.U8).nodes().stream().map(Node::name).toList());
    assertEquals(9_901, network.summary().size());
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
