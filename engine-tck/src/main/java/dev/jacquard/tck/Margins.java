package dev.jacquard.tck;

import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.reference.Pass;
import dev.jacquard.tensor.Shape;

/**
 * Whether a pass stays clear of kinks: places where a rounding could choose another branch, and
 * with it another gradient. Exact ties are no danger, they are ties on every device.
 */
final class Margins {
  /** Far more than fp32's rounding, far less than numbers usually differ. */
  private static final double CLEAR = 5e-6;

  private Margins() {}

  static boolean clear(Pass pass) {
    return pass.graph().nodes().stream().allMatch(node -> clear(pass, node));
  }

  private static boolean clear(Pass pass, Node node) {
    if (node.op() instanceof Op.Activation activation) {
      boolean kinked =
          activation.function() == Op.Activation.Function.RELU
              || activation.function() == Op.Activation.Function.LEAKY_RELU;
      return !kinked || clearOfZero(pass.output(node.inputs().get(0)));
    }
    if (node.op() instanceof Op.MaxPool pool) {
      return clearMaxima(pass, node, pool.window());
    }
    return true;
  }

  private static boolean clearOfZero(double[] values) {
    for (double value : values) {
      if (close(value, 0)) {
        return false;
      }
    }
    return true;
  }

  private static boolean close(double a, double b) {
    return a != b && Math.abs(a - b) < CLEAR;
  }

  private static boolean clearMaxima(Pass pass, Node node, Window w) {
    Shape in = pass.graph().inputShape(node, 0);
    double[] x = pass.output(node.inputs().get(0));
    double[] y = pass.output(node.id());
    for (int e = 0; e < y.length; e++) {
      int c = e % in.channels();
      int pixel = e / in.channels();
      int n = pixel / (w.outH() * w.outW());
      int top = pixel / w.outW() % w.outH() * w.strideH() - w.top();
      int left = pixel % w.outW() * w.strideW() - w.left();
      for (int row = Math.max(top, 0); row < Math.min(top + w.kernelH(), in.dim(0)); row++) {
        for (int column = Math.max(left, 0);
            column < Math.min(left + w.kernelW(), in.dim(1));
            column++) {
          int at = ((n * in.dim(0) + row) * in.dim(1) + column) * in.channels() + c;
          if (close(x[at], y[e])) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /**
   * Whether the greatest logit of every sample is clear of the others, so that hits are certain.
   */
  static boolean certainHits(Pass pass) {
    double[] logits = pass.output(pass.graph().head().inputs().get(0));
    int classes = pass.graph().classes();
    for (int from = 0; from < logits.length; from += classes) {
      double first = Double.NEGATIVE_INFINITY;
      double second = first;
      for (int c = from; c < from + classes; c++) {
        second = Math.max(second, Math.min(first, logits[c]));
        first = Math.max(first, logits[c]);
      }
      if (!(first - second > 1e-4 || classes == 1)) {
        return false;
      }
    }
    return true;
  }
}
