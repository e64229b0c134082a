package dev.jacquard.cpu.plan;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;

/** Which convolutions are computed by Winograd's algorithm, in which passes, and in which tiles. */
final class WinogradChoice {
  private static final int NONE = 0;

  private final Graph graph;
  private final int lanes;
  private final int output;

  /** In tiles of {@code output} x {@code output}, where that pays; 0 for nowhere. */
  WinogradChoice(Graph graph, int lanes, int output) {
    this.graph = graph;
    this.lanes = lanes;
    this.output = output;
  }

  /** How a convolution's outputs are tiled, forward and for the weights' gradient; or null. */
  WinogradTiling outputs(Node node) {
    if (!eligible(node)) {
      return null;
    }
    Window window = ((Op.Conv2d) node.op()).window();
    return paying(node, window.outH(), window.outW());
  }

  /** How a convolution's inputs are tiled for their gradient; or null. */
  WinogradTiling inputs(Node node) {
    if (!eligible(node)) {
      return null;
    }
    int[] in = graph.inputShape(node, 0).dims();
    return paying(node, in[0], in[1]);
  }

  private boolean eligible(Node node) {
    if (output == NONE || !(node.op() instanceof Op.Conv2d conv)) {
      return false;
    }
    Window w = conv.window();
    // The input may lie with fewer channels than a vector has.
    boolean first = graph.node(node.inputs().get(0)).op() instanceof Op.Input;
    boolean three = w.kernelH() == 3 && w.kernelW() == 3;
    return three && w.strideH() == 1 && w.strideW() == 1 && !first;
  }

  private WinogradTiling paying(Node node, int height, int width) {
    WinogradTiling tiling = new WinogradTiling(output, height, width);
    int in = Tiles.roundUp(graph.inputShape(node, 0).channels(), lanes);
    int out = Tiles.roundUp(node.shape().channels(), lanes);
    return tiling.pays(in, out) ? tiling : null;
  }

  /** The border that a convolution's input needs for {@link #outputs}. */
  int[] inputBorder(Node node) {
    WinogradTiling tiling = outputs(node);
    if (tiling == null) {
      return new int[4];
    }
    Window w = ((Op.Conv2d) node.op()).window();
    int[] in = graph.inputShape(node, 0).dims();
    return tiling.border(w.top(), w.left(), in[0], in[1], 2);
  }

  /** The border that the gradient of a convolution's output needs. */
  int[] gradientBorder(Node node) {
    int[] border = new int[4];
    if (!eligible(node)) {
      return border;
    }
    Window w = ((Op.Conv2d) node.op()).window();
    WinogradTiling outputs = outputs(node);
    if (outputs != null) {
      border = outputs.border(0, 0, w.outH(), w.outW(), 0);
    }
    WinogradTiling inputs = inputs(node);
    if (inputs != null) {
      int[] more = inputs.border(2 - w.top(), 2 - w.left(), w.outH(), w.outW(), 2);
      for (int i = 0; i < border.length; i++) {
        border[i] = Math.max(border[i], more[i]);
      }
    }
    return border;
  }
}
