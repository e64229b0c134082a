package dev.jacquard.tck;

import dev.jacquard.backend.SessionConfig;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;

/** Faults in what an op computes, each under the group of cases that must find it. */
final class OpFaults {
  private OpFaults() {}

  /** Replaces ops of one type. */
  private static <T extends Op> Fault replacing(Class<T> type, BiFunction<T, Shape, Op> by) {
    return new Fault() {
      @Override
      public Op op(Graph graph, Node node, SessionConfig config) {
        Shape in = node.id() == 0 ? node.shape() : graph.inputShape(node, 0);
        return type.isInstance(node.op()) ? by.apply(type.cast(node.op()), in) : node.op();
      }
    };
  }

  static Map<String, Fault> all() {
    Map<String, Fault> faults = new LinkedHashMap<>();
    layers(faults);
    pools(faults);
    functions(faults);
    sums(faults);
    return faults;
  }

  private static void layers(Map<String, Fault> faults) {
    faults.put("conv2d: padding above and left", replacing(Op.Conv2d.class, OpFaults::shifted));
    faults.put(
        "dense: no bias",
        replacing(Op.Dense.class, (op, in) -> new WrongOp.Dense(in.elements(), op.units(), true)));
    faults.put(
        "dense: no gradient of the bias",
        replacing(Op.Dense.class, (op, in) -> new WrongOp.Dense(in.elements(), op.units(), false)));
    faults.put(
        "batchnorm: another epsilon",
        replacing(
            Op.BatchNorm.class,
            (op, in) -> new Op.BatchNorm(op.momentum(), 1e-5f, op.center(), op.scale())));
    faults.put(
        "batchnorm: moving statistics stay",
        replacing(
            Op.BatchNorm.class,
            (op, in) -> new Op.BatchNorm(1, op.epsilon(), op.center(), op.scale())));
    faults.put(
        "loss: no label smoothing",
        replacing(Op.SoftmaxCrossEntropy.class, (op, in) -> new Op.SoftmaxCrossEntropy(0)));
    faults.put(
        "input: no offset",
        replacing(
            Op.Input.class, (op, in) -> new Op.Input(op.shape(), op.stored(), op.scale(), 0)));
    faults.put(
        "custom-op: training is inference",
        replacing(Squash.class, (op, in) -> new Squash(op.in(), 1)));
    faults.put(
        "conv2d-exact: channels first",
        replacing(Op.Flatten.class, (op, in) -> new WrongOp.Flatten(in)));
  }

  private static Op shifted(Op.Conv2d op, Shape in) {
    Window w = op.window();
    Window moved =
        new Window(
            w.kernelH(),
            w.kernelW(),
            w.strideH(),
            w.strideW(),
            w.top() + (w.kernelH() > 1 ? 1 : 0),
            w.left(),
            w.outH(),
            w.outW());
    return new Op.Conv2d(op.filters(), moved, op.bias());
  }

  private static void pools(Map<String, Fault> faults) {
    faults.put(
        "maxpool-exact: the last of equal maxima",
        replacing(
            Op.MaxPool.class,
            (op, in) -> WrongOp.Pool.of(in, op.window(), WrongOp.Pooling.LAST_MAXIMUM)));
    faults.put(
        "nan: swallowed by max-pooling",
        replacing(
            Op.MaxPool.class,
            (op, in) -> WrongOp.Pool.of(in, op.window(), WrongOp.Pooling.SWALLOWS_NAN)));
    faults.put(
        "nan: kept by max-pooling at a window's first position only",
        replacing(
            Op.MaxPool.class,
            (op, in) -> WrongOp.Pool.of(in, op.window(), WrongOp.Pooling.KEEPS_FIRST_NAN)));
    faults.put(
        "avgpool: padding counted",
        replacing(
            Op.AvgPool.class,
            (op, in) -> WrongOp.Pool.of(in, op.window(), WrongOp.Pooling.COUNTS_PADDING)));
  }

  private static void functions(Map<String, Fault> faults) {
    faults.put(
        "nan: swallowed by ReLU",
        elementwise(x -> x > 0 ? x : 0, x -> x > 0 ? 1 : 0, Op.Activation.Function.RELU));
    faults.put(
        "activation-exact: ReLU's derivative at 0",
        elementwise(x -> Math.max(x, 0), x -> x >= 0 ? 1 : 0, Op.Activation.Function.RELU));
    faults.put(
        "activation: leaky ReLU without slope",
        elementwise(x -> Math.max(x, 0), x -> x > 0 ? 1 : 0, Op.Activation.Function.LEAKY_RELU));
    DoubleUnaryOperator overflowing = x -> (float) Math.exp(x) / (1 + (float) Math.exp(x));
    faults.put(
        "activation: an exponential of sigmoid's overflows",
        elementwise(
            overflowing,
            x -> overflowing.applyAsDouble(x) * (1 - overflowing.applyAsDouble(x)),
            Op.Activation.Function.SIGMOID));
    faults.put(
        "activation: tanh's derivative",
        elementwise(Math::tanh, x -> 1 - Math.tanh(x), Op.Activation.Function.TANH));
  }

  private static Fault elementwise(
      DoubleUnaryOperator value, DoubleUnaryOperator derivative, Op.Activation.Function function) {
    return replacing(
        Op.Activation.class,
        (op, in) ->
            op.function() == function
                ? new WrongOp.Elementwise(in.elements(), value, derivative)
                : op);
  }

  private static void sums(Map<String, Fault> faults) {
    faults.put("graph: a sum of its first input", sum(true));
    faults.put("graph: a gradient for the first input", sum(false));
    faults.put(
        "fusion: unfused is another function",
        new Fault() {
          @Override
          public Op op(Graph graph, Node node, SessionConfig config) {
            return !config.fuse() && node.op() instanceof Op.Activation activation
                ? new Op.Activation(activation.function(), activation.slope() / 2)
                : node.op();
          }
        });
    faults.put(
        "dropout-exact: another rate",
        replacing(Op.Dropout.class, (op, in) -> new Op.Dropout(op.rate() / 2)));
  }

  private static Fault sum(boolean wrongForward) {
    return new Fault() {
      @Override
      public Op op(Graph graph, Node node, SessionConfig config) {
        return node.op() instanceof Op.Add
            ? new WrongOp.Sum(node.shape().elements(), node.inputs().size(), wrongForward)
            : node.op();
      }
    };
  }
}
