package dev.jacquard.opencl.plan;

import dev.jacquard.graph.CustomOp;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Node;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.OpVisitor;
import dev.jacquard.graph.Parameter;
import dev.jacquard.graph.Window;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Adds an op's backward pass to a script: the gradients of its parameters and of its inputs. */
final class Backward implements OpVisitor<Void> {
  private static final int SPLITS = 8;
  private static final int TILE = 64;
  private static final int GROUP = 64;

  private final Script script;
  private final Graph graph;
  private final Values values;
  private final State state;
  private final State gradients;
  private final Kept kept;
  private final int batch;
  private final long seed;
  private final long any;
  private Node node;

  /**
   * A compiler of backward passes.
   *
   * @param gradients all 0: parameters whose gradient is always 0 are never written
   */
  Backward(
      Script script,
      Graph graph,
      Values values,
      State state,
      State gradients,
      Kept kept,
      int batch,
      long seed) {
    this.script = script;
    this.graph = graph;
    this.values = values;
    this.state = state;
    this.gradients = gradients;
    this.kept = kept;
    this.batch = batch;
    this.seed = seed;
    this.any = script.memory().buffer(4, "an argument that is not read");
  }

  /** Adds all ops but the head, whose gradient is there. */
  void compile() {
    for (int id = graph.nodes().size() - 1; id >= 0; id--) {
      node = graph.node(id);
      if (values.differentiable(id)) {
        node.op().accept(this);
      }
    }
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

  private Launch stepped(String family, String kernel, Defines defines) {
    return script.stepped(node.name() + " " + kernel, node, family, kernel, defines);
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

  @Override
  public Void conv2d(Op.Conv2d op) {
    linear(graph.inputShape(node, 0), op.window(), op.filters(), op.bias());
    return null;
  }

  @Override
  public Void dense(Op.Dense op) {
    int inputs = graph.inputShape(node, 0).elements();
    linear(Shape.of(1, 1, inputs), LinearDefines.POINT, op.units(), op.bias());
    return null;
  }

  private void linear(Shape in, Window window, int filters, boolean bias) {
    Tile tile = Tile.of(script.context());
    long inner = (long) window.kernelH() * window.kernelW() * in.channels();
    long rows = (long) batch * window.outH() * window.outW();
    long flops = 2 * rows * inner * filters;
    long traffic = 4 * ((long) batch * in.elements() + inner * filters + rows * filters);
    String filter = "conv2d_backward_filter";
    long partials = script.memory().buffer(4 * SPLITS * inner * filters, "weight gradients");
    stepped(filter, filter, filterDefines(in, window, filters))
        .buffer(x())
        .buffer(dy())
        .buffer(partials)
        .over(tile.over(inner, filters, SPLITS))
        .costs(flops, traffic);
    script
        .launch(
            node.name() + " " + filter + "_sum",
            node,
            filter,
            filter + "_sum",
            filterDefines(in, window, filters))
        .buffer(partials)
        .buffer(gradients.part(node, "kernel"))
        .over(Script.striding(inner * filters))
        .costs(SPLITS * inner * filters, 4 * (SPLITS + 1) * inner * filters);
    if (bias && !idle()) {
      bias(filters, window.outH() * window.outW());
    }
    if (wanted()) {
      Defines defines = tile.into(LinearDefines.of(in, window, filters, batch));
      stepped(
              "conv2d_backward_data",
              "conv2d_backward_data",
              defines.with("ACCUMULATE", values.accumulates(input())))
          .buffer(dy())
          .buffer(state.part(node, "kernel"))
          .buffer(dx())
          .over(tile.over((long) batch * in.dim(0) * in.dim(1), in.channels(), 1))
          .costs(flops, traffic);
    }
  }

  private Defines filterDefines(Shape in, Window window, int filters) {
    return Tile.of(script.context())
        .into(LinearDefines.of(in, window, filters, batch))
        .with("SPLITS", SPLITS);
  }

  /** Whether a batch normalisation takes the bias away again: then its gradient is exactly 0. */
  private boolean idle() {
    List<Integer> consumers = graph.consumers(node.id());
    return consumers.size() == 1 && graph.node(consumers.get(0)).op() instanceof Op.BatchNorm;
  }

  private void bias(int channels, int pixels) {
    Defines defines =
        new Defines()
            .with("BATCH", batch)
            .with("PIXELS", pixels)
            .with("CHANNELS", channels)
            .with("TILE", TILE);
    long tiles = ((long) batch * pixels + TILE - 1) / TILE;
    long partials = script.memory().buffer(4 * tiles * channels, "bias gradients");
    stepped("channel_sums", "channel_sums", defines)
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
        .buffer(partials)
        .buffer(gradients.part(node, "bias"))
        .over(WorkSize.of(channels, GROUP));
  }

  @Override
  public Void batchNorm(Op.BatchNorm op) {
    int channels = node.shape().channels();
    long tiles = (values.floats(node.id()) / channels + TILE - 1) / TILE;
    long partials = script.memory().buffer(8 * tiles * channels, "sums of gradients");
    long coefficients = script.memory().buffer(16L * channels, "sums of gradients");
    long statistics = kept.statistics.get(node.id());
    stepped("batch_norm_backward", "batch_norm_backward_sums", norm(op))
        .buffer(x())
        .buffer(statistics)
        .buffer(dy())
        .buffer(partials)
        .over(Script.striding(tiles * channels));
    stepped("batch_norm_backward", "batch_norm_backward_statistics", norm(op))
        .buffer(partials)
        .buffer(statistics)
        .buffer(state.partOr(node, "gamma", op.scale(), any))
        .buffer(gradients.partOr(node, "gamma", op.scale(), any))
        .buffer(gradients.partOr(node, "beta", op.center(), any))
        .buffer(coefficients)
        .over(NormDefines.merging(channels));
    if (wanted()) {
      spreading("batch_norm_backward", "batch_norm_backward", norm(op))
          .buffer(x())
          .buffer(statistics)
          .buffer(coefficients)
          .buffer(dy())
          .buffer(dx());
    }
    return null;
  }

  private Defines norm(Op.BatchNorm op) {
    return NormDefines.of(op, node.shape(), batch, TILE);
  }

  @Override
  public Void activation(Op.Activation op) {
    Defines defines =
        new Defines()
            .text("FUNCTION", op.function().name())
            .with("CHANNELS", node.shape().channels())
            .with("ELEMENTS", node.shape().elements())
            .with("SLOPE", op.slope());
    spreading("activation", "activation_backward", defines)
        .buffer(x())
        .buffer(values.value(node.id()))
        .buffer(dy())
        .buffer(dx());
    return null;
  }

  @Override
  public Void dropout(Op.Dropout op) {
    Defines defines = Forward.drop(op, node).with("ELEMENTS", node.shape().elements());
    spreading("dropout", "dropout_backward", defines)
        .buffer(dy())
        .buffer(dx())
        .number((int) seed)
        .number((int) (seed >>> 32));
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
  public Void flatten(Op.Flatten op) {
    return null;
  }

  @Override
  public Void add(Op.Add op) {
    for (int k = 0; k < node.inputs().size(); k++) {
      int to = node.inputs().get(k);
      if (values.differentiable(to)) {
        String kernel = values.accumulates(to) ? "add" : "copy";
        Defines defines = new Defines().with("ELEMENTS", node.shape().elements());
        String name = node.name() + " gradient " + kernel + " " + k;
        script
            .stepped(name, node, "elementwise", kernel, defines)
            .buffer(dy())
            .buffer(values.gradient(to))
            .over(Script.striding(values.floats(to)));
      }
    }
    return null;
  }

  @Override
  public Void softmaxCrossEntropy(Op.SoftmaxCrossEntropy op) {
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
      dw.add(gradients.part(node, parameter.role()));
    }
    CustomCall call = kept.calls.get(node.id());
    script.host(node.name() + " backward", node, call.backward(dy(), dx, add, dw));
    return null;
  }
}
