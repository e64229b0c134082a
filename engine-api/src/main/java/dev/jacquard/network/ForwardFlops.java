package dev.jacquard.network;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.OpVisitor;
import dev.jacquard.graph.Window;

/**
 * Floating-point operations of one sample's inference. A multiply-add counts two and every other
 * operation one, the exponential too; max-pooling's comparisons count.
 */
final class ForwardFlops implements OpVisitor<Long> {
  private final Graph graph;
  private final Node node;

  private ForwardFlops(Graph graph, Node node) {
    this.graph = graph;
    this.node = node;
  }

  static long of(Graph graph, Node node) {
    return node.op().accept(new ForwardFlops(graph, node));
  }

  /** A sum of counts, or the greatest number if it is more. */
  static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  /** Likewise a product. */
  private static long product(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }

  private long perElement(long count) {
    return product(count, node.shape().elements());
  }

  private long perWindow(Window window) {
    return perElement((long) window.kernelH() * window.kernelW());
  }

  @Override
  public Long input(Op.Input op) {
    return 0L;
  }

  @Override
  public Long conv2d(Op.Conv2d op) {
    return product(perWindow(op.window()), 2L * graph.inputShape(node, 0).channels());
  }

  @Override
  public Long dense(Op.Dense op) {
    return perElement(2L * graph.inputShape(node, 0).channels());
  }

  @Override
  public Long batchNorm(Op.BatchNorm op) {
    return perElement(2);
  }

  @Override
  public Long activation(Op.Activation op) {
    return switch (op.function()) {
      case RELU, LEAKY_RELU, TANH -> perElement(1);
      case SIGMOID -> perElement(3);
      case SOFTMAX -> softmax();
    };
  }

  /** Subtract the maximum, exponential, sum, divide. */
  private long softmax() {
    return perElement(4);
  }

  @Override
  public Long dropout(Op.Dropout op) {
    return 0L;
  }

  @Override
  public Long maxPool(Op.MaxPool op) {
    return perWindow(op.window());
  }

  @Override
  public Long avgPool(Op.AvgPool op) {
    return perWindow(op.window());
  }

  @Override
  public Long globalAvgPool(Op.GlobalAvgPool op) {
    return (long) graph.inputShape(node, 0).elements();
  }

  @Override
  public Long flatten(Op.Flatten op) {
    return 0L;
  }

  @Override
  public Long add(Op.Add op) {
    return perElement(node.inputs().size() - 1L);
  }

  @Override
  public Long softmaxCrossEntropy(Op.SoftmaxCrossEntropy op) {
    return softmax();
  }

  @Override
  public Long custom(CustomOp op) {
    return 0L;
  }
}
