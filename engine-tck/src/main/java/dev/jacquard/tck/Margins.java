package dev.jacquard.tck;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.reference.Pass;
import dev.jacquard.tensor.Shape;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether a pass stays clear of kinks: places where a rounding could choose another branch, and
 * with it another gradient. Exact ties are no danger, they are ties on every device.
 *
 * <p>TF32 rounds the operands of products, which is a thousand times as much. The samples and the
 * weights of a trial are numbers that it does not round, so a kink behind one product is as near as
 * in fp32; behind more, it must be far.
 */
final class Margins {
  /** Far more than fp32's rounding, far less than numbers usually differ. */
  private static final double CLEAR = 5e-6;

  /** The same of the rounding of operands to TF32. */
  private static final double FAR = 1e-3;

  private Margins() {}

  static boolean clear(Pass pass) {
    Set<Integer> rounded = rounded(pass.graph());
    return pass.graph().nodes().stream()
        .allMatch(node -> clear(pass, node, rounded.contains(node.id()) ? FAR : CLEAR));
  }

  /** The nodes behind a product whose operands are not those of the trial. */
  private static Set<Integer> rounded(Graph graph) {
    Set<Integer> whole = new HashSet<>();
    Set<Integer> rounded = new HashSet<>();
    for (Node node : graph.nodes()) {
      boolean product = node.op() instanceof Op.Conv2d || node.op() instanceof Op.Dense;
      boolean passes = node.op() instanceof Op.Flatten && whole.containsAll(node.inputs());
      if (passes || (node.op() instanceof Op.Input input && keeps(input))) {
        whole.add(node.id());
      }
      if (node.inputs().stream().anyMatch(rounded::contains)
          || (product && !whole.containsAll(node.inputs()))) {
        rounded.add(node.id());
      }
    }
    return rounded;
  }

  /** Whether the trial's numbers, or bytes, become numbers with as many bits. */
  private static boolean keeps(Op.Input input) {
    return input.offset() == 0 && input.scale() == Math.scalb(1f, Math.getExponent(input.scale()));
  }

  private static boolean clear(Pass pass, Node node, double margin) {
    if (node.op() instanceof Op.Activation activation) {
      boolean kinked =
          activation.function() == Op.Activation.Function.RELU
              || activation.function() == Op.Activation.Function.LEAKY_RELU;
      return !kinked || clearOfZero(pass.output(node.inputs().get(0)), margin);
    }
    if (node.op() instanceof Op.MaxPool pool) {
      return clearMaxima(pass, node, pool.window(), margin);
    }
    return true;
  }

  private static boolean clearOfZero(double[] values, double margin) {
    for (double value : values) {
      if (close(value, 0, margin)) {
        return false;
      }
    }
    return true;
  }

  private static boolean close(double a, double b, double margin) {
    return a != b && Math.abs(a - b) < margin;
  }

  private static boolean clearMaxima(Pass pass, Node node, Window w, double margin) {
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
          if (close(x[at], y[e], margin)) {
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
      if (!(first - second > FAR || classes == 1)) {
        return false;
      }
    }
    return true;
  }
}
