package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.graph.Node;
import java.util.ArrayList;
import java.util.List;

/** Descriptions of stages, with the arithmetic and memory traffic of a full batch. */
final class Costs {
  private final Blueprint blueprint;
  private final int batch;

  Costs(Blueprint blueprint, int batch) {
    this.blueprint = blueprint;
    this.batch = batch;
  }

  /** Floats of a batch of images that lie so. */
  long floats(Layout layout) {
    return layout == null ? 0 : (long) batch * layout.pixels() * layout.physical();
  }

  /**
   * A stage that computes a linear op's output, kept or passing.
   *
   * @param follower how the output of a chain that follows at once lies; null without one
   */
  Plan.Stage linear(String name, List<String> ops, Product product, int parts, Layout follower) {
    LinearShape shape = product.shape();
    Layout out = product.passing() ? null : product.to().layout();
    return new Plan.Stage(
        name,
        ops,
        gemm(product),
        product.groups(batch) + " groups of " + product.images() + " images x " + parts,
        product.flops(batch),
        4 * (floats(shape.in()) + floats(out) + floats(follower) + shape.floats()));
  }

  private String gemm(Product product) {
    return product.kernel() + ", " + blueprint.kernels().description();
  }

  /** A stage that computes its input, the output of {@code op}, and passes over it. */
  Plan.Stage reading(Product input, Node op, Plan.Stage pass) {
    Layout spared = input.to().layout();
    List<String> ops = new ArrayList<>(List.of(op.name()));
    ops.addAll(pass.ops());
    return new Plan.Stage(
        op.name() + " forward",
        ops,
        gemm(input) + "; " + pass.kernel(),
        pass.work(),
        pass.flops() + input.flops(batch),
        pass.bytes() + 4 * (floats(input.shape().in()) - floats(spared)));
  }

  Plan.Stage linearBackward(
      String name, LinearShape shape, WeightGradient filter, InputGradient data) {
    int gradients = data == null ? 1 : 2;
    return new Plan.Stage(
        name,
        List.of(name.substring(0, name.indexOf(' '))),
        filter.kernel() + (data == null ? "" : " beside " + data.kernel()),
        filter.work(),
        filter.flops() + (data == null ? 0 : data.flops(batch)),
        4
            * (gradients * (floats(shape.in()) + floats(shape.out()))
                + (gradients + 1L) * shape.floats()));
  }

  /** A stage that goes on to the gradient of a linear op's weights. */
  Plan.Stage filter(Plan.Stage pass, String op, LinearShape shape, FilterGradient filter) {
    List<String> ops = new ArrayList<>(pass.ops());
    ops.add(op);
    return new Plan.Stage(
        op + " backward",
        ops,
        pass.kernel() + "; filter gradient",
        filter.partImages() + " images a unit",
        pass.flops() + filter.flops(),
        pass.bytes() + 4 * (floats(shape.in()) + shape.floats()));
  }

  /** A stage that passes over values, with about so many operations an element. */
  Plan.Stage pass(
      String name, List<String> ops, String kernel, int flopsPerElement, Layout... layouts) {
    long floats = 0;
    for (Layout layout : layouts) {
      floats += floats(layout);
    }
    return new Plan.Stage(
        name,
        ops,
        kernel,
        batch + " images",
        layouts.length == 0 ? 0 : flopsPerElement * floats(layouts[0]),
        4 * floats);
  }

  /** A stage over the parameters. */
  Plan.Stage parameters(String name, String kernel, int flopsEach, int arrays) {
    long floats = blueprint.trainableFloats();
    return new Plan.Stage(
        name, List.of(), kernel, floats + " floats", flopsEach * floats, 4L * arrays * floats);
  }
}
