package dev.jacquard.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Parameter;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The walk-through's network, layer by layer, with the numbers that Keras prints for it. */
final class ReferenceNetworkTest {
  private static final String JSON =
      """
      { "name": "fmnist-reference", "input_shape": [28, 28, 1],
        "layers": [
          {"type": "Conv2D", "filters": 32, "kernel_size": [3, 3], "padding": "same"},
          {"type": "BatchNormalization"},
          {"type": "LeakyReLU", "negative_slope": 0.1},
          {"type": "Dropout", "rate": 0.25},
          {"type": "MaxPooling2D", "pool_size": [2, 2], "padding": "same"},
          {"type": "Conv2D", "filters": 64, "kernel_size": [3, 3], "padding": "same"},
          {"type": "BatchNormalization"},
          {"type": "LeakyReLU", "negative_slope": 0.1},
          {"type": "Dropout", "rate": 0.25},
          {"type": "MaxPooling2D", "pool_size": [2, 2], "padding": "same"},
          {"type": "Conv2D", "filters": 128, "kernel_size": [3, 3], "padding": "same"},
          {"type": "BatchNormalization"},
          {"type": "LeakyReLU", "negative_slope": 0.1},
          {"type": "Dropout", "rate": 0.25},
          {"type": "MaxPooling2D", "pool_size": [2, 2], "padding": "same"},
          {"type": "Flatten"},
          {"type": "Dense", "units": 128},
          {"type": "BatchNormalization"},
          {"type": "LeakyReLU", "negative_slope": 0.1},
          {"type": "Dropout", "rate": 0.25},
          {"type": "Dense", "units": 10, "activation": "softmax"}],
        "training": {"batch_size": 64, "epochs": 3,
          "optimizer": {"type": "Adam", "learning_rate": 0.006}, "schedule": "one-cycle",
          "label_smoothing": 0.1}}
      """;

  private final Network network = Network.parse(JSON, LayerTypes.builtIn());

  @Test
  void hasKerasParameterCounts() {
    assertEquals(357_642, network.parameters());
    assertEquals(356_938, network.trainableParameters());
    assertEquals(704, network.parameters() - network.trainableParameters());
  }

  @Test
  void hasKerasTable() {
    List<LayerSummary> rows = network.summary();
    assertRow(rows.get(0), "conv2d", Shape.of(28, 28, 32), 320, 320);
    assertRow(rows.get(1), "batch_normalization", Shape.of(28, 28, 32), 128, 64);
    assertRow(rows.get(2), "leaky_re_lu", Shape.of(28, 28, 32), 0, 0);
    assertRow(rows.get(3), "dropout", Shape.of(28, 28, 32), 0, 0);
    assertRow(rows.get(4), "max_pooling2d", Shape.of(14, 14, 32), 0, 0);
    assertRow(rows.get(5), "conv2d_1", Shape.of(14, 14, 64), 18_496, 18_496);
    assertRow(rows.get(6), "batch_normalization_1", Shape.of(14, 14, 64), 256, 128);
    assertRow(rows.get(9), "max_pooling2d_1", Shape.of(7, 7, 64), 0, 0);
    assertRow(rows.get(10), "conv2d_2", Shape.of(7, 7, 128), 73_856, 73_856);
    assertRow(rows.get(11), "batch_normalization_2", Shape.of(7, 7, 128), 512, 256);
    assertRow(rows.get(14), "max_pooling2d_2", Shape.of(4, 4, 128), 0, 0);
    assertRow(rows.get(15), "flatten", Shape.of(2048), 0, 0);
    assertRow(rows.get(16), "dense", Shape.of(128), 262_272, 262_272);
    assertRow(rows.get(17), "batch_normalization_3", Shape.of(128), 512, 256);
    assertRow(rows.get(18), "leaky_re_lu_3", Shape.of(128), 0, 0);
    assertRow(rows.get(19), "dropout_3", Shape.of(128), 0, 0);
    assertRow(rows.get(20), "dense_1", Shape.of(10), 1_290, 1_290);
    assertEquals(21, rows.size());
  }

  private static void assertRow(
      LayerSummary row, String name, Shape output, long parameters, long trainable) {
    assertEquals(name, row.name());
    assertEquals(output, row.output(), name);
    assertEquals(parameters, row.parameters(), name);
    assertEquals(trainable, row.trainable(), name);
  }

  @Test
  void countsNoFewerThanThereAre() {
    String pool =
        "{'type': 'MaxPooling2D', 'pool_size': 65535, 'strides': 1, 'padding': 'same'}, "
            .replace('\'', '"');
    String huge =
        "{\"input_shape\": [46000, 46000, 1], \"layers\": ["
            + pool
            + pool
            + "{\"type\": \"GlobalAveragePooling2D\"}, {\"type\": \"Dense\", \"units\": 2}]}";
    assertEquals(Long.MAX_VALUE, Network.parse(huge, LayerTypes.builtIn()).flops());
  }

  @Test
  void countsTwoOperationsForEachMultiplyAdd() {
    List<LayerSummary> rows = network.summary();
    assertEquals(2L * 28 * 28 * 32 * 9, rows.get(0).flops());
    assertEquals(2L * 28 * 28 * 32, rows.get(1).flops());
    assertEquals(28L * 28 * 32, rows.get(2).flops());
    assertEquals(0, rows.get(3).flops());
    assertEquals(4L * 14 * 14 * 32, rows.get(4).flops());
    assertEquals(2L * 14 * 14 * 64 * 32 * 9, rows.get(5).flops());
    assertEquals(2L * 2048 * 128, rows.get(16).flops());
    assertEquals(2L * 128 * 10 + 4 * 10, rows.get(20).flops());
    assertEquals(rows.stream().mapToLong(LayerSummary::flops).sum(), network.flops());
  }

  @Test
  void namesParametersAsKerasDoes() {
    List<String> names =
        network.lower(DType.U8).parameters().stream().map(Parameter::name).limit(8).toList();
    assertEquals(
        List.of(
            "conv2d/kernel",
            "conv2d/bias",
            "batch_normalization/gamma",
            "batch_normalization/beta",
            "batch_normalization/moving_mean",
            "batch_normalization/moving_variance",
            "conv2d_1/kernel",
            "conv2d_1/bias"),
        names);
  }

  @Test
  void scalesBytesAndTakesFloatsAsTheyAre() {
    assertEquals(
        new Op.Input(Shape.of(28, 28, 1), DType.U8, 1 / 255f, 0), network.lower(DType.U8).input());
    assertEquals(
        new Op.Input(Shape.of(28, 28, 1), DType.F32, 1, 0), network.lower(DType.F32).input());
  }

  @Test
  void mergesTheSoftmaxIntoTheLossWithItsSmoothing() {
    Graph graph = network.lower(DType.U8);
    assertEquals(new Op.SoftmaxCrossEntropy(0.1f), graph.head().op());
    assertInstanceOf(Op.Dense.class, graph.node(graph.head().inputs().get(0)).op());
    assertEquals(10, graph.classes());
    assertEquals(10, network.classes());
    network.requireClasses(10);
  }
}
