package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;

/**
 * A convolution, or a dense layer as one over a single pixel.
 *
 * @param in height, width and channels of an input
 * @param bias whether it has one
 */
record Linear(Node node, Shape in, Window window, int filters, boolean bias) {
  /** What a node computes. */
  static Linear of(Graph graph, Node node) {
    Shape in = graph.inputShape(node, 0);
    if (node.op() instanceof Op.Conv2d op) {
      return new Linear(node, in, op.window(), op.filters(), op.bias());
    }
    Op.Dense op = (Op.Dense) node.op();
    Shape pixel = Shape.of(1, 1, in.elements());
    return new Linear(node, pixel, LinearDefines.POINT, op.units(), op.bias());
  }

  /** Whether it is one of them. */
  static boolean is(Node node) {
    return node.op() instanceof Op.Conv2d || node.op() instanceof Op.Dense;
  }

  boolean dense() {
    return node.op() instanceof Op.Dense;
  }

  /** Products that a number of the output sums. */
  int taps() {
    return window.kernelH() * window.kernelW() * in.channels();
  }

  /** Pixels of an output. */
  int pixels() {
    return window.outH() * window.outW();
  }

  /** What its launches are called by: {@code 14x14x32 3x3 14x14x64 b128}. */
  String shape(int batch) {
    String image = in.dim(0) + "x" + in.dim(1) + "x" + in.channels();
    String kernel = window.kernelH() + "x" + window.kernelW();
    String made = window.outH() + "x" + window.outW() + "x" + filters;
    return image + " " + kernel + " " + made + " b" + batch;
  }

  /** Weights. */
  int weights() {
    return taps() * filters;
  }

  /** The arithmetic of one of its three products. */
  long flops(int batch) {
    return 2L * batch * pixels() * taps() * filters;
  }

  /**
   * Bytes that one of its three products reads and writes.
   *
   * @param stored of a number of the input
   * @param kernels that it writes, where it makes the weights' gradient in parts; else 1
   */
  long traffic(int batch, int stored, int kernels) {
    long activations = (long) batch * (stored * (long) in.elements() + 4L * pixels() * filters);
    return activations + 4L * kernels * weights();
  }

  boolean unitStrides() {
    return window.strideH() == 1 && window.strideW() == 1;
  }
}
