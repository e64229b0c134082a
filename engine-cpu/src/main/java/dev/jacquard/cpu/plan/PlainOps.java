package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Loops;
import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.OpVisitor;

/** The plain implementation of an op; null for ops that have one of their own. */
final class PlainOps implements OpVisitor<PlainOp> {
  private final Node node;
  private final Rows[] inputs;
  private final Rows y;
  private final int keptImages;
  private final Arena arena;
  private final Loops loops;

  /**
   * For one node.
   *
   * @param keptImages for how many images to keep what the backward pass needs; 0 in inference
   */
  PlainOps(Blueprint blueprint, Node node, Values values, int keptImages) {
    this.node = node;
    this.inputs =
        node.inputs().stream()
            .map(id -> new Rows(values.value(id), blueprint.value(id)))
            .toArray(Rows[]::new);
    this.y = new Rows(values.value(node.id()), blueprint.value(node.id()));
    this.keptImages = keptImages;
    this.arena = values.arena();
    this.loops = blueprint.kernels().loops();
  }

  @Override
  public PlainOp activation(Op.Activation op) {
    return new PlainActivation(op, inputs[0], y, loops);
  }

  @Override
  public PlainOp maxPool(Op.MaxPool op) {
    return new PlainMaxPool(op.window(), inputs[0], y, keptImages, loops, arena);
  }

  @Override
  public PlainOp avgPool(Op.AvgPool op) {
    return new PlainAvgPool(op.window(), inputs[0], y, loops);
  }

  @Override
  public PlainOp globalAvgPool(Op.GlobalAvgPool op) {
    return new PlainAvgPool(Windows.whole(inputs[0].layout()), inputs[0], y, loops);
  }

  @Override
  public PlainOp flatten(Op.Flatten op) {
    return new PlainFlatten(inputs[0], y);
  }

  @Override
  public PlainOp add(Op.Add op) {
    return new PlainAdd(inputs, y, loops);
  }

  @Override
  public PlainOp input(Op.Input op) {
    return refuse();
  }

  @Override
  public PlainOp conv2d(Op.Conv2d op) {
    return refuse();
  }

  @Override
  public PlainOp dense(Op.Dense op) {
    return refuse();
  }

  @Override
  public PlainOp batchNorm(Op.BatchNorm op) {
    return refuse();
  }

  @Override
  public PlainOp dropout(Op.Dropout op) {
    return refuse();
  }

  @Override
  public PlainOp softmaxCrossEntropy(Op.SoftmaxCrossEntropy op) {
    return refuse();
  }

  @Override
  public PlainOp custom(CustomOp op) {
    return refuse();
  }

  private PlainOp refuse() {
    throw new IllegalStateException(node.name() + " has a stage of its own");
  }
}
