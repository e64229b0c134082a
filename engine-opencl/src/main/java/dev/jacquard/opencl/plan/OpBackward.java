package dev.jacquard.opencl.plan;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Parameter;
import dev.jacquard.graph.Window;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Adds the backward passes of ops, each by itself, to a script: the gradients of their parameters
 * and of their inputs, and those of products' biases.
 */
final class OpBackward extends OpLaunches {
  private static final int TILE = 64;
  private static final int GROUP = Limits.LEAST_GROUP;

  private final Gradients gradients;
  private final Kept kept;

  /**
   * A compiler of backward passes.
   *
   * @param gradients with room for {@link #parts}
   */
  OpBackward(Job job, Gradients gradients, Kept kept) {
    super(job);
    this.gradients = gradients;
    this.kept = kept;
  }

  /**
   * By a parameter's name, how many parts its gradient is computed in; without any it is 0.
   *
   * @param kernels the same of a layer's weights
   */
  static Map<String, Integer> parts(Graph graph, ToIntFunction<Linear> kernels) {
    Map<String, Integer> parts = new HashMap<>();
    for (Node node : graph.nodes()) {
      boolean linear = Linear.is(node);
      for (Parameter parameter : node.parameters()) {
        boolean kernel = linear && parameter.role().equals("kernel");
        boolean bias = linear && parameter.role().equals("bias");
        parts.put(
            parameter.name(),
            kernel
                ? kernels.applyAsInt(Linear.of(graph, node))
                : bias && idle(graph, node) ? 0 : 1);
      }
    }
    return parts;
  }

  private int input() {
    return node.inputs().get(0);
  }

  private boolean wanted() {
    return values.differentiable(input());
  }

  private long x() {
    return values.value(input());
  }

  private long dx() {
    return values.gradient(input());
  }

  private long dy() {
    return values.gradient(node.id());
  }

  /** A launch of a kernel that writes the input's gradient, or adds to it. */
  private Launch spreading(String family, String kernel, Defines defines) {
    long elements = values.floats(input());
    return stepped(family, kernel, defines.with("ACCUMULATE", values.accumulates(input())))
        .over(Script.striding(elements))
        .costs(0, 8 * elements);
  }

  @Override
  public Void input(Op.Input op) {
    return null;
  }

  /** Adds the gradient of a layer's bias, if it has one that is not always 0. */
  void bias(Linear linear) {
    node = linear.node();
    if (linear.bias() && !idle(graph, node)) {
      bias(linear.filters(), linear.pixels());
    }
  }

  /** Whether a batch normalisation takes the bias away again: then its gradient is exactly 0. */
  private static boolean idle(Graph graph, Node node) {
    List<Integer> consumers = graph.consumers(node.id());
    return consumers.size() == 1 && graph.node(consumers.get(0)).op() instanceof Op.BatchNorm;
  }

  private void bias(int channels, int pixels) {
    Defines defines = new Defines().with("TILE", TILE);
    long tiles = ((long) job.batch() * pixels + TILE - 1) / TILE;
    long partials = script.memory().buffer(4 * tiles * channels, "bias gradients");
    stepped("channel_sums", "channel_sums", defines)
        .number(pixels)
        .number(channels)
        .number((int) tiles)
        .buffer(dy())
        .buffer(partials)
        .over(Script.striding(tiles * channels));
    script
        .launch(
            node.name() + " channel_sums_merge",
            node,
            "channel_sums",
            "channel_sums_merge",
            defines)
        .number(channels)
        .number((int) tiles)
        .buffer(partials)
        .buffer(gradients.of(node, "bias"))
        .over(WorkSize.of(channels, GROUP));
  }

  @Override
  public Void batchNorm(Op.BatchNorm op) {
    int channels = node.shape().channels();
    long elements = values.floats(node.id());
    long tiles = (elements / channels + TILE - 1) / TILE;
    long partials = script.memory().buffer(8 * tiles * channels, "sums of gradients");
    long coefficients = script.memory().buffer(16L * channels, "sums of gradients");
    long statistics = kept.statistics.get(node.id());
    stepped("batch_norm_backward", "batch_norm_backward_sums", norm(op))
        .buffer(x())
        .buffer(statistics)
        .buffer(dy())
        .buffer(partials)
        .over(Script.striding(tiles * channels))
        .costs(4 * elements, 8 * elements);
    stepped("batch_norm_backward", "batch_norm_backward_statistics", norm(op))
        .buffer(partials)
        .buffer(statistics)
        .buffer(state.partOr(node, "gamma", script.any()))
        .buffer(gradients.ofOr(node, "gamma", script.any()))
        .buffer(gradients.ofOr(node, "beta", script.any()))
        .buffer(coefficients)
        .over(NormDefines.merging(channels));
    if (wanted()) {
      spreading("batch_norm_backward", "batch_norm_backward", norm(op))
          .buffer(x())
          .buffer(statistics)
          .buffer(coefficients)
          .buffer(dy())
          .buffer(dx())
          .costs(4 * elements, 12 * elements);
    }
    return null;
  }

  private Defines norm(Op.BatchNorm op) {
    return NormDefines.of(op, node.shape(), job.batch(), TILE);
  }

  @Override
  public Void activation(Op.Activation op) {
    spreading("activation", "activation_backward", OpForward.function(op))
        .number(node.shape().elements())
        .number(node.shape().channels())
        .buffer(x())
        .buffer(values.value(node.id()))
        .buffer(dy())
        .buffer(dx());
    return null;
  }

  @Override
  public Void dropout(Op.Dropout op) {
    Launch launch =
        spreading("dropout", "dropout_backward", OpForward.drop(op))
            .number(node.shape().elements());
    OpForward.draws(launch, node, job.seed()).buffer(dy()).buffer(dx());
    return null;
  }

  @Override
  public Void maxPool(Op.MaxPool op) {
    pool("max_pool", op.window()).buffer(dy()).buffer(kept.winners.get(node.id())).buffer(dx());
    return null;
  }

  @Override
  public Void avgPool(Op.AvgPool op) {
    pool("avg_pool", op.window()).buffer(dy()).buffer(dx());
    return null;
  }

  @Override
  public Void globalAvgPool(Op.GlobalAvgPool op) {
    Window whole = LinearDefines.whole(graph.inputShape(node, 0));
    pool("avg_pool", whole).buffer(dy()).buffer(dx());
    return null;
  }

  private Launch pool(String family, Window window) {
    Shape in = graph.inputShape(node, 0);
    Defines defines = new Defines().window(in, window).with("CHANNELS", in.channels());
    return spreading(family, family + "_backward", defines);
  }

  @Override
  public Void add(Op.Add op) {
    for (int k = 0; k < node.inputs().size(); k++) {
      int to = node.inputs().get(k);
      if (values.differentiable(to)) {
        String kernel = values.accumulates(to) ? "add" : "copy";
        String name = node.name() + " gradient " + kernel + " " + k;
        script
            .stepped(name, node, "elementwise", kernel, new Defines())
            .number(node.shape().elements())
            .buffer(dy())
            .buffer(values.gradient(to))
            .over(Script.striding(values.floats(to)));
      }
    }
    return null;
  }

  @Override
  public Void custom(CustomOp op) {
    List<Long> dx = new ArrayList<>();
    List<Boolean> add = new ArrayList<>();
    for (int from : node.inputs()) {
      boolean needed = values.differentiable(from);
      dx.add(needed ? values.gradient(from) : null);
      add.add(needed && values.accumulates(from));
    }
    List<Long> dw = new ArrayList<>();
    for (Parameter parameter : node.parameters()) {
      dw.add(gradients.of(node, parameter.role()));
    }
    CustomCall call = kept.calls.get(node.id());
    script.host(node.name() + " backward", node, call.backward(dy(), dx, add, dw));
    return null;
  }
}
