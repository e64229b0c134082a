package dev.jacquard.tck;

import dev.jacquard.backend.Precision;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Initializer;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A convolution, or as one of a single pixel a dense layer, whose operands are rounded in all three
 * of its products: what a device does that has TF32.
 *
 * @param settled whether only a normalisation follows, under which the bias has no gradient
 * @param bits of the mantissa that are left, the first not counted
 */
record RoundedProduct(
    Shape in, Shape kernel, Window window, boolean bias, boolean settled, Shape out, int bits)
    implements CustomOp {
  /** A device that has every precision. */
  static Fault whereAsked() {
    return beside(new Fault() {});
  }

  /** The same with a fault in its ops. */
  static Fault beside(Fault fault) {
    return new Fault() {
      @Override
      public Op op(Graph graph, Node node, SessionConfig config) {
        Op wrong = fault.op(graph, node, config);
        return switch (wrong.equals(node.op()) ? config.precision() : Precision.FP32) {
          case FP32 -> wrong;
          case TF32 -> rounded(graph, node, 10);
          case TF32X3 -> rounded(graph, node, 21);
        };
      }

      @Override
      public SessionConfig config(SessionConfig config) {
        return config.in(Precision.FP32);
      }
    };
  }

  /** A device that has TF32 and takes it for fp32. */
  static Fault always() {
    return new Fault() {
      @Override
      public Op op(Graph graph, Node node, SessionConfig config) {
        return rounded(graph, node, 10);
      }

      @Override
      public SessionConfig config(SessionConfig config) {
        return config.in(Precision.FP32);
      }
    };
  }

  private static Op rounded(Graph graph, Node node, int bits) {
    List<Integer> readers = graph.consumers(node.id());
    boolean settled =
        readers.size() == 1 && graph.node(readers.get(0)).op() instanceof Op.BatchNorm;
    if (node.op() instanceof Op.Conv2d conv) {
      Shape in = graph.inputShape(node, 0);
      Window w = conv.window();
      Shape kernel = Shape.of(w.kernelH(), w.kernelW(), in.channels(), conv.filters());
      return new RoundedProduct(in, kernel, w, conv.bias(), settled, node.shape(), bits);
    }
    if (node.op() instanceof Op.Dense dense) {
      int features = graph.inputShape(node, 0).elements();
      Shape in = Shape.of(1, 1, features);
      Window pixel = Window.over(in, 1, 1, 1, 1, false);
      Shape kernel = Shape.of(features, dense.units());
      return new RoundedProduct(in, kernel, pixel, dense.bias(), settled, node.shape(), bits);
    }
    return node.op();
  }

  @Override
  public String type() {
    return "rounded:product";
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return out;
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    List<Weight> weights = new ArrayList<>();
    weights.add(new Weight("kernel", kernel, Initializer.GLOROT_UNIFORM));
    if (bias) {
      weights.add(new Weight("bias", Shape.of(out.channels()), Initializer.ZEROS));
    }
    return weights;
  }

  /** To the nearest number with so few bits. */
  private double rounded(double value) {
    double unit = Math.scalb(1.0, Math.getExponent(value) - bits);
    return Double.isFinite(value) && value != 0 ? Math.rint(value / unit) * unit : value;
  }

  private double[] rounded(double[] values) {
    return Arrays.stream(values).map(this::rounded).toArray();
  }

  /** What is done with a product: of input {@code x}, weight {@code w} and output {@code y}. */
  private interface Term {
    void add(int x, int w, int y);
  }

  private void each(int batch, Term term) {
    int filters = out.channels();
    int channels = in.channels();
    int pixels = window.outH() * window.outW();
    for (int pixel = 0; pixel < batch * pixels; pixel++) {
      int n = pixel / pixels;
      int top = pixel % pixels / window.outW() * window.strideH() - window.top();
      int left = pixel % window.outW() * window.strideW() - window.left();
      for (int tap = 0; tap < window.kernelH() * window.kernelW(); tap++) {
        int row = top + tap / window.kernelW();
        int column = left + tap % window.kernelW();
        if (row >= 0 && row < in.dim(0) && column >= 0 && column < in.dim(1)) {
          int x = ((n * in.dim(0) + row) * in.dim(1) + column) * channels;
          for (int c = 0; c < channels; c++) {
            for (int f = 0; f < filters; f++) {
              term.add(x + c, (tap * channels + c) * filters + f, pixel * filters + f);
            }
          }
        }
      }
    }
  }

  @Override
  public void forward(Call call) {
    double[] x = rounded(call.input(0));
    double[] w = rounded(call.weight(0));
    double[] y = call.output();
    for (int e = 0; e < call.batch() * out.elements(); e++) {
      y[e] = bias ? call.weight(1)[e % out.channels()] : 0;
    }
    each(call.batch(), (xAt, wAt, yAt) -> y[yAt] += x[xAt] * w[wAt]);
  }

  @Override
  public void backward(Call call) {
    double[] x = rounded(call.input(0));
    double[] w = rounded(call.weight(0));
    double[] dy = rounded(call.outputGradient());
    double[] dx = call.inputGradient(0);
    double[] dw = call.weightGradient(0);
    each(
        call.batch(),
        (xAt, wAt, yAt) -> {
          dx[xAt] += dy[yAt] * w[wAt];
          dw[wAt] += dy[yAt] * x[xAt];
        });
    for (int e = 0; bias && !settled && e < call.batch() * out.elements(); e++) {
      call.weightGradient(1)[e % out.channels()] += call.outputGradient()[e];
    }
  }
}
