package dev.jacquard.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Initializer;
import dev.jacquard.tensor.Shape;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes out of each layer, by Keras's rules, and what each refuses. */
final class LayerShapesTest {

  private static Conv2D conv(int filters, int kernel, int stride, Padding padding) {
    return new Conv2D(
        filters,
        Size2D.square(kernel),
        Size2D.square(stride),
        padding,
        true,
        ActivationFunction.LINEAR,
        Initializer.GLOROT_UNIFORM);
  }

  private static MaxPooling2D max(int pool, int stride, Padding padding) {
    return new MaxPooling2D(Size2D.square(pool), Size2D.square(stride), padding);
  }

  private static AveragePooling2D mean(int pool, int stride, Padding padding) {
    return new AveragePooling2D(Size2D.square(pool), Size2D.square(stride), padding);
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        arguments(conv(8, 3, 1, Padding.SAME), Shape.of(28, 28, 1), Shape.of(28, 28, 8)),
        arguments(conv(8, 3, 1, Padding.VALID), Shape.of(28, 28, 1), Shape.of(26, 26, 8)),
        arguments(conv(8, 3, 2, Padding.SAME), Shape.of(7, 8, 5), Shape.of(4, 4, 8)),
        arguments(conv(8, 3, 2, Padding.VALID), Shape.of(7, 8, 5), Shape.of(3, 3, 8)),
        arguments(conv(1, 5, 7, Padding.SAME), Shape.of(1, 15, 1), Shape.of(1, 3, 1)),
        arguments(conv(2, 28, 1, Padding.VALID), Shape.of(28, 28, 1), Shape.of(1, 1, 2)),
        arguments(conv(2, 9, 1, Padding.SAME), Shape.of(3, 3, 1), Shape.of(3, 3, 2)),
        arguments(max(2, 2, Padding.SAME), Shape.of(7, 7, 128), Shape.of(4, 4, 128)),
        arguments(max(2, 2, Padding.VALID), Shape.of(7, 7, 128), Shape.of(3, 3, 128)),
        arguments(max(3, 2, Padding.VALID), Shape.of(7, 9, 4), Shape.of(3, 4, 4)),
        arguments(max(3, 1, Padding.SAME), Shape.of(5, 6, 4), Shape.of(5, 6, 4)),
        arguments(mean(2, 2, Padding.SAME), Shape.of(5, 5, 3), Shape.of(3, 3, 3)),
        arguments(mean(4, 3, Padding.VALID), Shape.of(10, 11, 3), Shape.of(3, 3, 3)),
        arguments(new GlobalAveragePooling2D(), Shape.of(7, 5, 64), Shape.of(64)),
        arguments(new Flatten(), Shape.of(4, 4, 128), Shape.of(2048)),
        arguments(new Flatten(), Shape.of(12), Shape.of(12)),
        arguments(
            new Dense(10, true, ActivationFunction.SOFTMAX, Initializer.HE_UNIFORM),
            Shape.of(128),
            Shape.of(10)),
        arguments(BatchNormalization.defaults(), Shape.of(28, 28, 32), Shape.of(28, 28, 32)),
        arguments(BatchNormalization.defaults(), Shape.of(128), Shape.of(128)),
        arguments(new Activation(ActivationFunction.TANH), Shape.of(3, 3, 2), Shape.of(3, 3, 2)),
        arguments(new Activation(ActivationFunction.LINEAR), Shape.of(3, 3, 2), Shape.of(3, 3, 2)),
        arguments(new LeakyReLU(0.1), Shape.of(9), Shape.of(9)),
        arguments(new ReLU(0), Shape.of(9), Shape.of(9)),
        arguments(new ReLU(0.5), Shape.of(9), Shape.of(9)),
        arguments(new Sigmoid(), Shape.of(2, 2, 2), Shape.of(2, 2, 2)),
        arguments(new Tanh(), Shape.of(2, 2, 2), Shape.of(2, 2, 2)),
        arguments(new Softmax(), Shape.of(10), Shape.of(10)),
        arguments(new Dropout(0.25), Shape.of(28, 28, 32), Shape.of(28, 28, 32)));
  }

  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @MethodSource("shapes")
  void infersTheShapeThatItLowersTo(Layer layer, Shape input, Shape output) {
    assertEquals(output, layer.outputShape(List.of(input)));
    GraphBuilder graph = GraphBuilder.overFloats(input);
    int node = layer.lower(new Lowering(graph, "layer", List.of(0)));
    assertEquals(output, graph.shape(node));
  }

  @Test
  void addTakesAnyNumberOfEqualShapes() {
    Shape shape = Shape.of(14, 14, 64);
    for (int count = 2; count < 5; count++) {
      List<Shape> inputs = Collections.nCopies(count, shape);
      assertEquals(shape, new Add().outputShape(inputs));
      GraphBuilder graph = GraphBuilder.overFloats(shape);
      Lowering to = new Lowering(graph, "add", Collections.nCopies(count, 0));
      assertEquals(shape, graph.shape(new Add().lower(to)));
    }
  }

  static Stream<Arguments> refusals() {
    Shape image = Shape.of(3, 4, 2);
    Shape vector = Shape.of(24);
    return Stream.of(
        arguments(
            conv(8, 3, 1, Padding.SAME),
            List.of(vector),
            "expected an input of shape [H, W, C], received [24]; put it before the layer that"
                + " gives up height and width"),
        arguments(
            conv(8, 4, 1, Padding.VALID),
            List.of(image),
            "window 4x4 is larger than its input 3x4; use a smaller one or padding \"same\""),
        arguments(
            max(5, 1, Padding.VALID),
            List.of(image),
            "window 5x5 is larger than its input 3x4; use a smaller one or padding \"same\""),
        arguments(
            new Dense(10, true, ActivationFunction.LINEAR, Initializer.ZEROS),
            List.of(image),
            "expected an input of shape [C], received [3, 4, 2]; put a Flatten or a"
                + " GlobalAveragePooling2D before it"),
        arguments(new Flatten(), List.of(image, image), "expected one input, received 2"),
        arguments(
            new Add(),
            List.of(image),
            "expected two or more inputs, received 1; name them in \"inputs\""),
        arguments(
            new Add(),
            List.of(image, image, vector),
            "expected inputs of one shape, received [3, 4, 2] and [24]; a Conv2D with"
                + " \"kernel_size\": 1 before one of them changes its channels"));
  }

  @ParameterizedTest(name = "{0} over {1}")
  @MethodSource("refusals")
  void refusesInputsThatDoNotSuit(Layer layer, List<Shape> inputs, String message) {
    JacquardException e = assertThrows(JacquardException.class, () -> layer.outputShape(inputs));
    assertEquals(message, e.getMessage());
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        arguments(
            (Runnable) () -> conv(0, 3, 1, Padding.SAME),
            "filters: expected a whole number of at least 1, received 0"),
        arguments(
            (Runnable) () -> Size2D.square(70_000),
            "height: expected a whole number from 1 to 65535, received 70000"),
        arguments(
            (Runnable)
                () -> new Dense(-1, true, ActivationFunction.LINEAR, Initializer.GLOROT_UNIFORM),
            "units: expected a whole number of at least 1, received -1"),
        arguments(
            (Runnable) () -> new Dropout(1),
            "rate: expected a number of at least 0 and at most 0.999, received 1.0"),
        arguments(
            (Runnable) () -> new LeakyReLU(Double.NaN),
            "negative_slope: expected a number of at least 0, received NaN"),
        arguments(
            (Runnable) () -> new BatchNormalization(1.5, 0.001, true, true),
            "momentum: expected a number of at least 0 and at most 1, received 1.5"),
        arguments(
            (Runnable) () -> new BatchNormalization(0.99, 0, true, true),
            "epsilon: expected a number of at least 1e-12 and at most 1, received 0.0"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("settings")
  void refusesSettingsOutOfRangeFromCodeToo(Runnable construction, String message) {
    JacquardException e = assertThrows(JacquardException.class, construction::run);
    assertEquals(message, e.getMessage());
  }
}
