package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.graph.Node;

/** Makes what a plan needs for convolutions by Winograd's algorithm, where that was chosen. */
final class WinogradStages {
  private final Blueprint blueprint;
  private final Kernels kernels;
  private final int batch;
  private final int workers;
  private final Arena arena;

  WinogradStages(Blueprint blueprint, int batch, int workers, Arena arena) {
    this.blueprint = blueprint;
    this.kernels = blueprint.kernels();
    this.batch = batch;
    this.workers = workers;
    this.arena = arena;
  }

  /** Room for a convolution's transformed weights; null where it is computed directly. */
  static WinogradWeights weights(Blueprint blueprint, Node node, int workers, Arena arena) {
    WinogradTiling tiling = blueprint.winograd().outputs(node);
    if (tiling == null) {
      return null;
    }
    LinearShape shape = blueprint.linear(node.id());
    return new WinogradWeights(
        tiling, blueprint.kernels(), shape.in(), shape.panels(), shape.width(), workers, arena);
  }

  /** A convolution's output into an array that lies like {@code layout}. */
  WinogradProduct kept(
      Node node,
      WinogradWeights weights,
      LinearProduct.Arrays arrays,
      float[] values,
      Layout layout) {
    LinearShape shape = blueprint.linear(node.id());
    return new WinogradProduct(
        shape, convolution(node, weights, layout), arrays, Images.resident(values, layout), false);
  }

  /** A convolution's output as it passes to what follows. */
  WinogradProduct passing(Node node, WinogradWeights weights, LinearProduct.Arrays arrays) {
    LinearShape shape = blueprint.linear(node.id());
    WinogradConvolution convolution = convolution(node, weights, shape.out());
    int group = convolution.images();
    Images to =
        Images.passing(
            shape.out(),
            group,
            workers,
            Tiles.roundUp(batch, group),
            "a group of images of " + node.name(),
            arena);
    return new WinogradProduct(shape, convolution, arrays, to, true);
  }

  private WinogradConvolution convolution(Node node, WinogradWeights weights, Layout to) {
    return new WinogradConvolution(
        blueprint.winograd().outputs(node),
        kernels,
        blueprint.linear(node.id()).in(),
        to,
        weights,
        workers,
        arena);
  }

  /** The gradient of a convolution's weights; null where it is computed directly. */
  WeightGradient filter(Node node, float[] x, float[] dy, float[] gradients) {
    WinogradTiling tiling = blueprint.winograd().outputs(node);
    if (tiling == null) {
      return null;
    }
    int at = blueprint.place(node.name() + "/kernel").at();
    LinearShape shape = blueprint.linear(node.id());
    return new WinogradFilterGradient(
        tiling, shape, kernels, x, dy, gradients, at, batch, workers, arena);
  }

  /** The gradient of a convolution's input; null where it is computed directly. */
  InputGradient data(Node node, float[] dy, Rows dx) {
    WinogradTiling tiling = blueprint.winograd().inputs(node);
    if (tiling == null) {
      return null;
    }
    LinearShape shape = blueprint.linear(node.id());
    FlippedWeights flipped =
        new FlippedWeights(
            shape, dx.layout(), shape.dataPasses(dx.layout(), blueprint.kernels(), batch), arena);
    WinogradWeights weights =
        new WinogradWeights(
            tiling, kernels, shape.gradient(), flipped.panels(), flipped.width(), workers, arena);
    WinogradConvolution convolution =
        new WinogradConvolution(
            tiling, kernels, shape.gradient(), dx.layout(), weights, workers, arena);
    return new WinogradDataGradient(
        shape, dx.layout(), flipped, weights, convolution, dy, dx.values(), batch, arena);
  }
}
