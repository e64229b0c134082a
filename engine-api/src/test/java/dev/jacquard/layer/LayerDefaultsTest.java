package dev.jacquard.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Initializer;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Parameter;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Keras assumes where nothing is said, and which ops layers become. */
final class LayerDefaultsTest {
  private static final Size2D ONE = Size2D.square(1);
  private static final Size2D TWO = Size2D.square(2);
  private static final Size2D THREE = Size2D.square(3);

  private static Layer parse(String type, Map<String, ?> settings) {
    Map<String, Object> node = new LinkedHashMap<>(settings);
    node.put("type", type);
    return LayerTypes.builtIn().parse(Fields.of("layers[0]", node));
  }

  static Stream<Arguments> defaults() {
    BigDecimal three = BigDecimal.valueOf(3);
    return Stream.of(
        arguments(
            "Conv2D",
            Map.of("filters", three, "kernel_size", three),
            new Conv2D(
                3,
                THREE,
                ONE,
                Padding.VALID,
                true,
                ActivationFunction.LINEAR,
                Initializer.GLOROT_UNIFORM)),
        arguments(
            "Dense",
            Map.of("units", three),
            new Dense(3, true, ActivationFunction.LINEAR, Initializer.GLOROT_UNIFORM)),
        arguments("BatchNormalization", Map.of(), new BatchNormalization(0.99, 0.001, true, true)),
        arguments("LeakyReLU", Map.of(), new LeakyReLU(0.3)),
        arguments("ReLU", Map.of(), new ReLU(0)),
        arguments("MaxPooling2D", Map.of(), new MaxPooling2D(TWO, TWO, Padding.VALID)),
        arguments(
            "MaxPooling2D",
            Map.of("pool_size", three),
            new MaxPooling2D(THREE, THREE, Padding.VALID)),
        arguments("AveragePooling2D", Map.of(), new AveragePooling2D(TWO, TWO, Padding.VALID)),
        arguments(
            "AveragePooling2D",
            Map.of("pool_size", three),
            new AveragePooling2D(THREE, THREE, Padding.VALID)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("defaults")
  void areKeras(String type, Map<String, ?> settings, Layer layer) {
    assertEquals(layer, parse(type, settings));
  }

  @Test
  void settingsOfKerasWithOneSupportedValueMayBeWritten() {
    BigDecimal one = BigDecimal.ONE;
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("filters", one);
    settings.put("kernel_size", one);
    Layer plain = parse("Conv2D", settings);
    settings.put("groups", one);
    settings.put("dilation_rate", List.of(one, one));
    assertEquals(plain, parse("Conv2D", settings));
    assertEquals(new Softmax(), parse("Softmax", Map.of("axis", one.negate())));
    assertEquals(
        BatchNormalization.defaults(), parse("BatchNormalization", Map.of("axis", one.negate())));
  }

  private static Op.Activation activation(Op.Activation.Function function, double slope) {
    return new Op.Activation(function, (float) slope);
  }

  static Stream<Arguments> ops() {
    Window window = Window.over(Shape.of(6, 6, 2), 3, 3, 2, 2, true);
    return Stream.of(
        arguments(new LeakyReLU(0.1), activation(Op.Activation.Function.LEAKY_RELU, 0.1)),
        arguments(new ReLU(0), activation(Op.Activation.Function.RELU, 0)),
        arguments(new ReLU(0.1), activation(Op.Activation.Function.LEAKY_RELU, 0.1)),
        arguments(new Sigmoid(), activation(Op.Activation.Function.SIGMOID, 0)),
        arguments(new Tanh(), activation(Op.Activation.Function.TANH, 0)),
        arguments(new Softmax(), activation(Op.Activation.Function.SOFTMAX, 0)),
        arguments(
            new Activation(ActivationFunction.RELU), activation(Op.Activation.Function.RELU, 0)),
        arguments(
            new Activation(ActivationFunction.LEAKY_RELU),
            activation(Op.Activation.Function.LEAKY_RELU, 0.2)),
        arguments(
            new Activation(ActivationFunction.SIGMOID),
            activation(Op.Activation.Function.SIGMOID, 0)),
        arguments(
            new Activation(ActivationFunction.TANH), activation(Op.Activation.Function.TANH, 0)),
        arguments(
            new Activation(ActivationFunction.SOFTMAX),
            activation(Op.Activation.Function.SOFTMAX, 0)),
        arguments(
            new BatchNormalization(0.5, 0.25, true, false),
            new Op.BatchNorm(0.5f, 0.25f, true, false)),
        arguments(new Dropout(0.25), new Op.Dropout(0.25)),
        arguments(new MaxPooling2D(THREE, TWO, Padding.SAME), new Op.MaxPool(window)),
        arguments(new AveragePooling2D(THREE, TWO, Padding.SAME), new Op.AvgPool(window)),
        arguments(new GlobalAveragePooling2D(), new Op.GlobalAvgPool()),
        arguments(new Flatten(), new Op.Flatten()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ops")
  void lowersToItsOp(Layer layer, Op op) {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(6, 6, 2));
    int node = layer.lower(new Lowering(builder, "layer", List.of(0)));
    int end = builder.add("flatten", new Op.Flatten(), node);
    builder.add("dense", new Op.Dense(2, true), end);
    assertEquals(op, builder.build("head", 0).node(node).op());
  }

  @Test
  void lowersToTwoOpsWithAnActivationAndItsParametersUnderItsName() {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(6));
    Layer dense = new Dense(4, true, ActivationFunction.TANH, Initializer.HE_UNIFORM);
    int node = dense.lower(new Lowering(builder, "mine", List.of(0)));
    Graph graph = builder.build("head", 0);
    assertEquals(2, node);
    assertEquals(new Op.Dense(4, true), graph.node(1).op());
    assertEquals(activation(Op.Activation.Function.TANH, 0), graph.node(2).op());
    assertEquals("mine/activation", graph.node(2).name());
    assertEquals(
        List.of(
            new Parameter("mine/kernel", Shape.of(6, 4), Initializer.HE_UNIFORM, true),
            new Parameter("mine/bias", Shape.of(4), Initializer.ZEROS, true)),
        graph.parameters());
  }

  @Test
  void convolutionCarriesItsWindowBiasAndInitializer() {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(6, 6, 2));
    Layer conv =
        new Conv2D(
            4, THREE, TWO, Padding.SAME, false, ActivationFunction.RELU, Initializer.HE_UNIFORM);
    int node = conv.lower(new Lowering(builder, "conv", List.of(0)));
    int end = builder.add("pool", new Op.GlobalAvgPool(), node);
    Graph graph = builder.build("head", 0);
    assertEquals(3, end);
    Window window = Window.over(Shape.of(6, 6, 2), 3, 3, 2, 2, true);
    assertEquals(new Op.Conv2d(4, window, false), graph.node(1).op());
    assertEquals(activation(Op.Activation.Function.RELU, 0), graph.node(2).op());
    assertEquals(
        List.of(new Parameter("conv/kernel", Shape.of(3, 3, 2, 4), Initializer.HE_UNIFORM, true)),
        graph.parameters());
  }
}
